"""Take a subscription for a change, if it is in a state that allows one (CRM-27)."""

from tallystick.subscriptions.errors import ActionNotPossible, ServiceUnknown, SubscriptionUnknown
from tallystick.subscriptions.models import Subscription, SubscriptionService

#: What was agreed may be changed while it runs, or before it does.
CHANGEABLE_STATUSES = ("draft", "awaiting_start", "trialing", "active", "past_due")


def lock_subscription(subscription_id: int, *, action: str) -> Subscription:
    """The subscription under its lock; refuses SubscriptionUnknown, and ActionNotPossible where it has ended or rests.

    A step of a larger operation, inside its transaction.
    """
    found = Subscription.objects.select_for_update(no_key=True, of=("self",)).select_related("account__seller", "plan")
    subscription = found.filter(pk=subscription_id).first()
    if subscription is None:
        raise SubscriptionUnknown(subscription=subscription_id)
    if subscription.status not in CHANGEABLE_STATUSES:
        raise ActionNotPossible(
            action=action, reason=f"the subscription is {subscription.status.replace('_', ' ')}", field="subscription"
        )
    return subscription


def lock_service(subscription_service_id: int, *, action: str) -> SubscriptionService:
    """A service under its subscription's lock; refuses ServiceUnknown, and ActionNotPossible where it has ended."""
    found = SubscriptionService.objects.filter(pk=subscription_service_id).first()
    if found is None:
        raise ServiceUnknown(service=subscription_service_id)
    lock_subscription(found.subscription_id, action=action)
    service = SubscriptionService.objects.select_related("subscription__account__seller", "service").get(pk=found.pk)
    if service.status == "ended":
        raise ActionNotPossible(action=action, reason=f"{service.service} has ended", field="subscription_service")
    return service
