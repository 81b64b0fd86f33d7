"""Give a subscription a discount that all its services share."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewDiscount, find_discount_problems
from tallystick.subscriptions.errors import SubscriptionDiscountInvalid, SubscriptionUnknown
from tallystick.subscriptions.models import Subscription, SubscriptionDiscount
from tallystick.subscriptions.operations.record_event import record_event

# Where discounts stand in files, their fields have longer names.
_FIELDS = {
    "discount": "kind",
    "discount_percent": "value",
    "discount_amount": "value",
    "discount_label": "label",
    "discount_until": "until_on",
}


def add_subscription_discount(
    subscription_id: int, *, discount: NewDiscount, at: datetime, actor: Actor, reason: str = ""
) -> SubscriptionDiscount:
    """Add a discount behind those that there are. It counts for periods that begin while it is in force.

    An amount is off a full period of the whole subscription and above 0. What is billed stays as it is. Refuses
    SubscriptionUnknown, SubscriptionDiscountInvalid.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    problems = [Problem(_FIELDS.get(name, name), reason) for name, reason in find_discount_problems(discount)]
    if discount.value.is_finite() and discount.value < 0:
        problems.append(Problem("value", "must be above 0: a surcharge is agreed with a service"))
    refuse_problems(SubscriptionDiscountInvalid, problems)
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update(no_key=True).filter(pk=subscription_id).first()
        if subscription is None:
            raise SubscriptionUnknown(subscription=subscription_id)
        last = SubscriptionDiscount.objects.filter(subscription=subscription).aggregate(Max("position"))
        added = SubscriptionDiscount.objects.create(
            subscription=subscription, position=(last["position__max"] or 0) + 1, **discount._asdict()
        )
        status = subscription.status
        record_event(subscription, event="add_discount", from_status=status, at=at, actor=actor, reason=reason)
    return added
