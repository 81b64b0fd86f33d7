"""Ends that somebody asked for: a cancellation that waits for its day, as long as it was not taken back."""

from tallystick.subscriptions.models import Subscription, SubscriptionEvent

EVENTS = SubscriptionEvent._meta.db_table
SCHEDULED, TAKEN_BACK = "schedule_cancel", "take_back_cancel"

#: Holds for a subscription `b` whose end is a cancellation that stands.
IS_CANCELING = (
    f"EXISTS (SELECT 1 FROM {EVENTS} e WHERE e.subscription_id = b.id AND e.event = '{SCHEDULED}'"
    f" AND NOT EXISTS (SELECT 1 FROM {EVENTS} r WHERE r.subscription_id = b.id AND r.event = '{TAKEN_BACK}'"
    " AND r.id > e.id))"
)


def is_canceling(subscription: Subscription) -> bool:
    """Whether it has an end because somebody canceled it, and goes on until then."""
    if subscription.ends_on is None or subscription.status in ("canceled", "expired"):
        return False
    told = SubscriptionEvent.objects.filter(subscription=subscription, event__in=[SCHEDULED, TAKEN_BACK])
    return told.order_by("-pk").values_list("event", flat=True).first() == SCHEDULED
