"""Write one service of a subscription with its discounts. A step of operations that have judged it."""

from datetime import date, datetime

from tallystick.subscriptions.core.agreement import Offer, settle_end
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionService


def save_service(
    subscription: Subscription,
    *,
    service: NewService,
    ends_on: date | None,
    offer: Offer,
    at: datetime,
    replaces: SubscriptionService | None = None,
    alignment: str = "",
) -> SubscriptionService:
    """Save a service that ends with its subscription (`ends_on`) at the latest; what is sold once lasts a day.

    In a subscription that is still a draft it is one too. `alignment` says of what is added to one that runs how it
    comes to the billing day.
    """
    service_id = offer.service_ids[service.service]
    is_draft = subscription.status == "draft"
    place = offer.price_list.plan_services[subscription.plan_id, service_id]
    is_one_off = offer.price_list.services[service_id].is_one_off
    saved = SubscriptionService.objects.create(
        account_id=subscription.account_id,
        subscription=subscription,
        service_id=service_id,
        external_id=service.key,
        status="draft" if is_draft else "effective",
        quantity=service.quantity,
        unit_price_override=service.unit_price_override,
        description=service.description,
        is_mandatory=place.is_mandatory,
        starts_on=service.starts_on,
        ends_on=settle_end(service, subscription_ends_on=ends_on, is_one_off=is_one_off),
        billed_elsewhere_until=service.billed_elsewhere_until,
        billed_through=service.billed_elsewhere_until or service.starts_on,
        first_active_on=None if is_draft else service.starts_on,
        replaces=replaces,
        alignment=alignment,
        created_at=at,
    )
    ServiceDiscount.objects.bulk_create(
        ServiceDiscount(subscription_service=saved, position=position, **discount._asdict())
        for position, discount in enumerate(service.discounts, 1)
    )
    return saved
