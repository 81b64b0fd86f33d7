"""How services are spread over installed items and locations (CRM-50, CRM-53)."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from django.db.models.functions import Greatest

from tallystick.subscriptions.core.actions import Placement
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import InstalledItem, ServicePlacement, Subscription, SubscriptionService
from tallystick.subscriptions.operations.carry_over import carry_over

NAME = "Change the distribution"


def place_services(
    subscription: Subscription, *, placements: Sequence[Placement], on: date, at: datetime
) -> dict[int, date]:
    """Spread services over items from a day on, all of each service that is named; return those that another replaces.

    The sum over its placements is the quantity of a service: where it changes, the service goes on as another row with
    the new one, so that the difference is billed. A step of a larger operation, under the subscription's lock.
    """
    changed: dict[int, date] = {}
    for service_id, group in groupby(sorted(placements), key=attrgetter("service_id")):
        own = list(group)
        service = _get_own(subscription, service_id, on)
        total = sum((each.quantity for each in own), Decimal(0))
        if total != service.quantity:
            changed[service.pk] = on
            service = carry_over(service, on=on, at=at)
            service.quantity = total
            service.save(update_fields=["quantity"])
            for component in SubscriptionService.objects.filter(bundle=service).exclude(status="ended"):
                changed[component.pk] = on
                SubscriptionService.objects.filter(pk=carry_over(component, on=on, at=at).pk).update(quantity=total)
        _place(subscription, service, own, on)
    remove_empty_items(subscription, on=on)
    return changed


def require_not_placed(service_id: int, *, action: str) -> None:
    """Refuse another quantity of what is spread over items: nobody would know where the difference is."""
    if ServicePlacement.objects.filter(subscription_service_id=service_id, until_on=None).exists():
        told = "it is spread over installed items; change its distribution"
        raise ActionNotPossible(action=action, reason=told, field="service_ids")


def release_placements(subscription: Subscription, *, service_ids: Collection[int], on: date) -> None:
    """Take services that end off their items."""
    live = ServicePlacement.objects.filter(subscription_service_id__in=service_ids, until_on=None)
    if live.update(until_on=Greatest("from_on", on)):
        remove_empty_items(subscription, on=on)


def remove_empty_items(subscription: Subscription, *, on: date) -> None:
    """Items without any service are removed, and their serial numbers free."""
    live = ServicePlacement.objects.filter(item__subscription=subscription, until_on=None)
    empty = InstalledItem.objects.filter(subscription=subscription, removed_on=None)
    empty.exclude(pk__in=live.values("item_id")).update(removed_on=Greatest("installed_on", on))


def _get_own(subscription: Subscription, service_id: int, on: date) -> SubscriptionService:
    services = SubscriptionService.objects.filter(subscription=subscription).select_related("service", "subscription")
    service = services.filter(pk=service_id).first()
    if service is None:
        told = f"service {service_id} is not of this subscription"
    elif service.status != "effective":
        told = f"{service.service} is {service.status.replace('_', ' ')}"
    elif not (service.starts_on <= on and (service.ends_on is None or on < service.ends_on)):
        told = f"{service.service} is not there on {on}"
    else:
        return service
    raise ActionNotPossible(action=NAME, reason=told, field="placements")


def _place(subscription: Subscription, service: SubscriptionService, own: Sequence[Placement], on: date) -> None:
    ServicePlacement.objects.filter(subscription_service=service, until_on=None).update(
        until_on=Greatest("from_on", on)
    )
    for each in own:
        item = _get_item(subscription, each.item.strip(), on)
        ServicePlacement.objects.create(item=item, subscription_service=service, quantity=each.quantity, from_on=on)


def _get_item(subscription: Subscription, name: str, on: date) -> InstalledItem:
    item = InstalledItem.objects.filter(account_id=subscription.account_id, name=name, removed_on=None).first()
    if item is None:
        return InstalledItem.objects.create(
            account_id=subscription.account_id, subscription=subscription, name=name, installed_on=on
        )
    if item.subscription_id != subscription.pk:
        told = f"{name} is installed for the subscription {item.subscription}"
        raise ActionNotPossible(action=NAME, reason=told, field="placements")
    return item
