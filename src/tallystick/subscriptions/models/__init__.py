"""Tables of subscriptions, by concept: what was agreed, and what waits to be switched off."""

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

__all__ = [
    "DeactivationCandidate",
    "DeactivationRun",
    "DeactivationRunItem",
    "ServiceDiscount",
    "ServiceInterruption",
    "Subscription",
    "SubscriptionDiscount",
    "SubscriptionEvent",
    "SubscriptionService",
]
