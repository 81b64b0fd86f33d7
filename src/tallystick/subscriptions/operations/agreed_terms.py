"""A subscription that is there, in the words in which one is agreed: what is judged when it changes."""

from collections.abc import Sequence

from tallystick.periods.anchor import PERIOD
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription
from tallystick.subscriptions.models import Subscription, SubscriptionService


def as_agreed(subscription: Subscription, *, services: Sequence[NewService]) -> NewSubscription:
    """The agreement with these services, as the subscription's terms are now. Give it with account and plan."""
    is_shared = subscription.plan.cycle_method == PERIOD
    return NewSubscription(
        external_id=subscription.external_id,
        account=subscription.account.external_id,
        plan=subscription.plan.code,
        services=tuple(services),
        starts_on=subscription.starts_on,
        ends_on=subscription.ends_on,
        interval_months=subscription.interval_months or None,
        interval_days=subscription.interval_days or None,
        anchor_day=None if is_shared else subscription.anchor_day,
        commitment_months=subscription.commitment_months,
        collection_method=subscription.collection_method,
        is_invoiced_separately=subscription.is_invoiced_separately,
        is_draft=subscription.status == "draft",
    )


def service_as_agreed(service: SubscriptionService) -> NewService:
    """A service of a subscription with its discounts, by the key that it has there."""
    return NewService(
        service.service.code,
        service.starts_on,
        ends_on=service.ends_on,
        quantity=service.quantity,
        unit_price_override=service.unit_price_override,
        description=service.description,
        external_id=service.external_id,
        discounts=discounts_as_agreed(service),
    )


def discounts_as_agreed(service: SubscriptionService) -> tuple[NewDiscount, ...]:
    """The discounts of a service in the order in which they apply."""
    rows = service.discounts.order_by("position")
    return tuple(NewDiscount(each.kind, each.value, each.label, each.from_on, each.until_on) for each in rows)
