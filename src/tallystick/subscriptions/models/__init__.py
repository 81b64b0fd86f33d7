"""Tables of subscriptions, by concept: what was agreed and where it is, what waits to be switched off or done."""

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
from tallystick.subscriptions.models.scheduled import ScheduledAction
from tallystick.subscriptions.models.seats import SeatHolder

__all__ = [
    "DeactivationCandidate",
    "DeactivationRun",
    "DeactivationRunItem",
    "FormerTerms",
    "InstalledItem",
    "ScheduledAction",
    "SeatHolder",
    "ServiceDiscount",
    "ServiceInterruption",
    "ServicePlacement",
    "Subscription",
    "SubscriptionDiscount",
    "SubscriptionEvent",
    "SubscriptionService",
]
