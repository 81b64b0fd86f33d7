"""Switch on or off that bill runs may post and mail by themselves."""

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import BillingRule, Seller


def set_auto_post(seller: Seller, *, is_supported: bool, is_default: bool, actor: Actor) -> BillingRule:
    """Set the two rules of ZUO-16: whether runs may post themselves at all, and whether they do unless told otherwise.

    Runs under way are judged by the rule as it is when they are drafted. Refuses a default without support.
    """
    actor.require(SELLERS_WRITE)
    if is_default and not is_supported:
        refuse_problems(SellerInvalid, [Problem("auto_posts_by_default", "needs supports_auto_post")])
    with transaction.atomic():
        rule = BillingRule.objects.select_for_update().get(seller=seller)
        rule.supports_auto_post, rule.auto_posts_by_default = is_supported, is_default
        rule.save(update_fields=["supports_auto_post", "auto_posts_by_default"])
    return rule
