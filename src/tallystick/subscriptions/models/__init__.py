"""Tables of subscriptions, by concept: what was agreed, what waits to be switched off, and where it is installed."""

from tallystick.subscriptions.models.agreements import (
    FormerTerms,
    Subscription,
    SubscriptionEvent,
    SubscriptionService,
)
from tallystick.subscriptions.models.deactivation import (
    DeactivationCandidate,
    DeactivationRun,
    DeactivationRunItem,
    ServiceInterruption,
)
from tallystick.subscriptions.models.discounts import ServiceDiscount, SubscriptionDiscount
from tallystick.subscriptions.models.installed_items import InstalledItem, ServicePlacement

__all__ = [
    "DeactivationCandidate",
    "DeactivationRun",
    "DeactivationRunItem",
    "FormerTerms",
    "InstalledItem",
    "ServiceDiscount",
    "ServiceInterruption",
    "ServicePlacement",
    "Subscription",
    "SubscriptionDiscount",
    "SubscriptionEvent",
    "SubscriptionService",
]
