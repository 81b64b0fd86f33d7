"""Set how a seller bills."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core.new_seller import BillingTerms, find_billing_terms_problems
from tallystick.sellers.errors import SellerInvalid
from tallystick.sellers.models import BillingRule, Seller
from tallystick.sellers.operations.record_event import record_seller_event


def set_billing_rule(seller: Seller, *, terms: BillingTerms, at: datetime, actor: Actor) -> BillingRule:
    """Replace the seller's billing rule. What is posted keeps its due date (MAX-5). The same again changes nothing.

    Refuses SellerInvalid.
    """
    actor.require(SELLERS_WRITE)
    refuse_problems(SellerInvalid, find_billing_terms_problems(terms))
    with transaction.atomic():
        Seller.objects.select_for_update().get(pk=seller.pk)
        rule = BillingRule.objects.get(seller=seller)
        changed = [name for name, value in asdict(terms).items() if getattr(rule, name) != value]
        if changed:
            for name in changed:
                setattr(rule, name, getattr(terms, name))
            rule.save(update_fields=changed)
            record_seller_event(seller, event="set_billing_rule", details=changed, at=at, actor=actor)
    return rule
