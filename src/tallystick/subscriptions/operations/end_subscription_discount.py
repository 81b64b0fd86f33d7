"""End a discount of a subscription."""

from datetime import date, datetime

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.errors import SubscriptionDiscountInvalid, SubscriptionDiscountUnknown
from tallystick.subscriptions.models import SubscriptionDiscount
from tallystick.subscriptions.operations.record_event import record_event


def end_subscription_discount(
    discount_id: int, *, until_on: date, at: datetime, actor: Actor, reason: str = ""
) -> SubscriptionDiscount:
    """Let a discount count no longer for periods that begin on `until_on` or later. Only shortens it.

    Refuses SubscriptionDiscountUnknown, SubscriptionDiscountInvalid.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        found = SubscriptionDiscount.objects.select_for_update(of=("self",)).select_related("subscription")
        discount = found.filter(pk=discount_id).first()
        if discount is None:
            raise SubscriptionDiscountUnknown
        problems = []
        if discount.from_on is not None and until_on < discount.from_on:
            problems.append(Problem("until_on", f"must not be before {discount.from_on}, but is {until_on}"))
        if discount.until_on is not None and until_on > discount.until_on:
            problems.append(Problem("until_on", f"can't be after its present end {discount.until_on}"))
        refuse_problems(SubscriptionDiscountInvalid, problems)
        discount.until_on = until_on
        discount.save(update_fields=["until_on"])
        subscription = discount.subscription
        record_event(
            subscription, event="end_discount", from_status=subscription.status, at=at, actor=actor, reason=reason
        )
    return discount
