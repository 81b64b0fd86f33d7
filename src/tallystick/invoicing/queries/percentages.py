"""Which services are a percentage of others, so that a change of those changes them."""

from collections.abc import Collection, Mapping
from datetime import date

from tallystick.invoicing.core.terms import BillingContext
from tallystick.rating.price_models import percentage
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.queries import list_agreed_services, list_services


def list_of_the_same(subscription_service_ids: Collection[int]) -> list[DueService]:
    """All services of the subscriptions that these are of, as they are agreed now."""
    subscriptions = {each.subscription_id for each in list_agreed_services(subscription_service_ids)}
    ids = [service.pk for subscription_id in sorted(subscriptions) for service in list_services(subscription_id)]
    return list_agreed_services(ids)


def include_percentages(context: BillingContext, *, changed_from: Mapping[int, date]) -> dict[int, date]:
    """Changed services, and those of the same subscriptions that are a percentage of others, from the same day on."""
    if not changed_from:
        return {}
    first = min(changed_from.values())
    found = [each for each in list_of_the_same(list(changed_from)) if is_percentage(context, service=each)]
    return {**{each.subscription_service_id: first for each in found}, **changed_from}


def include_bases(context: BillingContext, *, changed_from: Mapping[int, date]) -> dict[int, date]:
    """Changed services, and where a percentage is among them all of its subscription: it is of what stands in the same
    bill."""
    agreed = list_agreed_services(list(changed_from))
    percentages = [each.subscription_service_id for each in agreed if is_percentage(context, service=each)]
    if not percentages:
        return dict(changed_from)
    first = min(changed_from.values())
    return {**{each.subscription_service_id: first for each in list_of_the_same(percentages)}, **changed_from}


def is_percentage(context: BillingContext, *, service: DueService) -> bool:
    """Whether it costs so many percent of other services."""
    return context.price_book.service(service.service_id).price_model == percentage.NAME
