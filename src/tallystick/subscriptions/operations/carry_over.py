"""Let a service go on as another row: the days before stay with the old one, and what is due for them is billed."""

from datetime import date, datetime

from tallystick.subscriptions.models import (
    ServiceDiscount,
    ServicePlacement,
    Subscription,
    SubscriptionService,
)


def carry_over(
    service: SubscriptionService, *, on: date, at: datetime, status: str = "effective", ends_before: date | None = None
) -> SubscriptionService:
    """End a service on a day (or on `ends_before` it) and let a new one, agreed alike, take its place from the day on.

    Discounts, components and placements go with it. A step of operations that have judged it and record their event.
    """
    service.refresh_from_db(fields=["bundle"])  # which may have been carried over just before
    ends_on = service.ends_on
    service.ends_on, service.status, service.billable_until_on = (
        max(service.starts_on, ends_before or on),
        "ended",
        None,
    )
    service.save(update_fields=["ends_on", "status", "billable_until_on"])
    successor = SubscriptionService.objects.create(
        account_id=service.account_id,
        subscription_id=service.subscription_id,
        service_id=service.service_id,
        external_id=_free_key(service, on),
        status=status,
        quantity=service.quantity,
        unit_price_override=service.unit_price_override,
        description=service.description,
        is_mandatory=service.is_mandatory,
        starts_on=on,
        ends_on=ends_on,
        billed_through=on,
        first_active_on=on,
        replaces=service,
        bundle_id=service.bundle_id,
        billable_until_on=on if status != "effective" else None,
        created_at=at,
    )
    _carry_discounts(service, successor)
    _carry_placements(service, successor, on)
    SubscriptionService.objects.filter(bundle=service).exclude(status="ended").update(bundle=successor)
    return successor


def _free_key(service: SubscriptionService, on: date) -> str:
    """A key of the subscription that nobody has: that of the old one with the day, and a number for a second time."""
    base = (service.external_id or service.service.code).split("@")[0][:60]
    subscription: Subscription = service.subscription
    taken = set(subscription.services.filter(external_id__startswith=base).values_list("external_id", flat=True))
    key, count = f"{base}@{on}", 1
    while key in taken:
        count += 1
        key = f"{base}@{on}.{count}"
    return key


def _carry_discounts(service: SubscriptionService, successor: SubscriptionService) -> None:
    ServiceDiscount.objects.bulk_create(
        ServiceDiscount(
            subscription_service=successor,
            position=each.position,
            kind=each.kind,
            value=each.value,
            label=each.label,
            from_on=each.from_on,
            until_on=each.until_on,
        )
        for each in service.discounts.order_by("position")
    )


def _carry_placements(service: SubscriptionService, successor: SubscriptionService, on: date) -> None:
    live = list(ServicePlacement.objects.filter(subscription_service=service, until_on__isnull=True).order_by("pk"))
    ServicePlacement.objects.filter(pk__in=[each.pk for each in live]).update(until_on=on)
    ServicePlacement.objects.bulk_create(
        ServicePlacement(item_id=each.item_id, subscription_service=successor, quantity=each.quantity, from_on=on)
        for each in live
    )
