"""What the first payment does to an agreement: a draft begins, a trial loses its end (DEM-48, DEM-50)."""

from datetime import date, datetime

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.lifecycle import apply_subscription_event
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.become_effective import become_effective
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.take_back_cancellation import clear_end

NAME = "Beginning"


def begin_on_payment(subscription_id: int, *, on: date, reason: str, at: datetime, actor: Actor) -> date:
    """Let a draft begin on a day, or a trial turn into the real thing; return the first day of the first period.

    A draft's cycles start from that day, so that the first payment covers a whole period (month ends are clamped);
    where a plan bills all its subscriptions on one day, that day stays. A trial keeps its free days and has
    no end any more. A step of a journey, which bills the first period in the same transaction.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    subscription = lock_subscription(subscription_id, action=NAME)
    if subscription.status == "draft":
        subscription.anchor_day = on.day
        become_effective(subscription, on=on, reason=reason, at=at, actor=actor)
        return on
    return _convert(subscription, on, reason, at, actor)


def _convert(subscription: Subscription, on: date, reason: str, at: datetime, actor: Actor) -> date:
    before, subscription.status = subscription.status, apply_subscription_event(subscription.status, event="convert")
    subscription.trial_converts = True
    subscription.save(update_fields=["status", "trial_converts"])
    if subscription.ends_on is not None and subscription.ends_on == subscription.trial_until_on:
        clear_end(subscription)
    record_event(subscription, event="convert", from_status=before, at=at, actor=actor, reason=reason)
    return max(on, subscription.trial_until_on or on)
