"""Take back a cancellation whose day has not come: the subscription goes on as if nobody had canceled (DEM-50)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Q

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.errors import NotCanceling
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries.scheduled_ends import TAKEN_BACK, is_canceling


def take_back_cancellation(subscription_id: int, *, reason: str, at: datetime, actor: Actor) -> Subscription:
    """Let a canceled subscription go on after the day on which it would have ended; nothing is charged for that.

    Its services that would have ended with it go on too. Refuses SubscriptionUnknown, ActionNotPossible once it has
    ended, and NotCanceling for one that nobody canceled or whose day has come.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        subscription = lock_subscription(subscription_id, action="resuming")
        today = at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()
        if not is_canceling(subscription) or (subscription.ends_on is not None and subscription.ends_on <= today):
            raise NotCanceling(subscription=subscription.external_id)
        clear_end(subscription)
        record_event(subscription, event=TAKEN_BACK, from_status=subscription.status, at=at, actor=actor, reason=reason)
    return subscription


def clear_end(subscription: Subscription) -> None:
    """Remove the end of a subscription and of the services that end with it. A step, under the subscription's lock."""
    ends_on = subscription.ends_on
    subscription.ends_on = None
    subscription.save(update_fields=["ends_on"])
    # What was to start later never would have: cancelling let it end on the day of its own start.
    ended_with_it = Q(ends_on=ends_on) | Q(starts_on__gt=ends_on, ends_on=F("starts_on"))
    services = SubscriptionService.objects.filter(ended_with_it, subscription=subscription).exclude(status="ended")
    services.exclude(service__kind="one_off").update(ends_on=None)
