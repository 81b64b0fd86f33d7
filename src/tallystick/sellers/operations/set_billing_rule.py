"""Set how a seller bills."""

from dataclasses import asdict

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import BillingTerms, find_billing_terms_problems
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import BillingRule, Seller


def set_billing_rule(seller: Seller, *, terms: BillingTerms, actor: Actor) -> BillingRule:
    """Replace the seller's billing rule. What is posted keeps its due date (MAX-5). Refuses SellerInvalid."""
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_billing_terms_problems(terms))
    rule, _ = BillingRule.objects.update_or_create(seller=seller, defaults=asdict(terms))
    return rule
