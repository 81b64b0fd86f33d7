"""Tables of subscriptions, by concept: what was agreed, what waits to be switched off, and what waits to be done."""

from tallystick.subscriptions.models.agreements import (
    ServiceDiscount,
    Subscription,
    SubscriptionDiscount,
    SubscriptionEvent,
    SubscriptionService,
)
from tallystick.subscriptions.models.deactivation import (
    DeactivationCandidate,
    DeactivationRun,
    DeactivationRunItem,
    ServiceInterruption,
)
from tallystick.subscriptions.models.scheduled import ScheduledAction

__all__ = [
    "DeactivationCandidate",
    "DeactivationRun",
    "DeactivationRunItem",
    "ScheduledAction",
    "ServiceDiscount",
    "ServiceInterruption",
    "Subscription",
    "SubscriptionDiscount",
    "SubscriptionEvent",
    "SubscriptionService",
]
