"""Which components a bundle has from a day on (CRM-49, CRM-53)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from tallystick.catalog.queries import list_bundle_components
from tallystick.errors import Problem, refuse_problems
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.carry_over import carry_over

NAME = "Amend a bundle"


def amend_bundle(
    subscription: Subscription, *, service_id: int, components: Sequence[str], on: date, at: datetime
) -> dict[int, date]:
    """Let a bundle have exactly these components from a day on; return the ones that ended with that day.

    A component is a service of the subscription at its price inside the bundle, in the bundle's quantity. Refuses
    ActionNotPossible for what is no bundle, ActionInvalid for a component that it can't have. A step of a larger
    operation, under the subscription's lock.
    """
    bundle = subscription.services.select_related("service").get(pk=service_id)
    prices = list_bundle_components(
        bundle.service_id, currency=subscription.account.currency, interval_months=subscription.interval_months
    )
    _require_bundle(bundle, has_components=bool(prices), on=on)
    unknown = sorted(set(components) - prices.keys())
    problems = [Problem("components", f"{bundle.service} can't have {code!r}") for code in unknown]
    refuse_problems(ActionInvalid, problems)
    there = {each.service.code: each for each in _list_components(bundle)}
    ended = {}
    for code, each in there.items():
        if code not in components:
            _end(each, on)
            ended[each.pk] = on
    for code in components:
        if code not in there:
            _add(bundle, code, prices[code], on=on, at=at)
    return ended


def follow_bundle(service_id: int, *, successor: SubscriptionService | None, on: date, at: datetime) -> dict[int, date]:
    """Let components go on with what took the place of their bundle, or end with it; return those that ended."""
    bundle = SubscriptionService.objects.get(pk=service_id)
    ended = {}
    for each in _list_components(bundle):
        ended[each.pk] = on
        if successor is None or successor.service_id != bundle.service_id:
            _end(each, on)
        else:
            carried = carry_over(each, on=on, at=at)
            SubscriptionService.objects.filter(pk=carried.pk).update(bundle=successor, quantity=successor.quantity)
    return ended


def _list_components(bundle: SubscriptionService) -> list[SubscriptionService]:
    components = SubscriptionService.objects.filter(bundle=bundle).exclude(status="ended")
    return list(components.select_related("service", "subscription").order_by("pk"))


def _require_bundle(bundle: SubscriptionService, *, has_components: bool, on: date) -> None:
    told = ""
    if not has_components:
        told = f"{bundle.service} is no bundle, or has no components at this interval and currency"
    elif bundle.status != "effective":
        told = f"{bundle.service} is {bundle.status.replace('_', ' ')}"
    elif on < bundle.starts_on or (bundle.ends_on is not None and on >= bundle.ends_on):
        told = f"{bundle.service} is not there on {on}"
    if told:
        raise ActionNotPossible(action=NAME, reason=told, field="service_ids")


def _end(component: SubscriptionService, on: date) -> None:
    if component.starts_on > on:
        told = f"{component.service} is a component from {component.starts_on} on"
        raise ActionNotPossible(action=NAME, reason=told, field="on")
    component.ends_on, component.status = on, apply_service_event(component.status, event="end")
    component.save(update_fields=["ends_on", "status"])


def _add(bundle: SubscriptionService, code: str, price: tuple[int, Decimal], *, on: date, at: datetime) -> None:
    catalog_id, unit_price = price
    key = f"{bundle.external_id or bundle.pk}:{code}"[:60]
    taken = bundle.subscription.services.filter(external_id__startswith=f"{key}@{on}").count()
    SubscriptionService.objects.create(
        account_id=bundle.account_id,
        subscription_id=bundle.subscription_id,
        service_id=catalog_id,
        external_id=f"{key}@{on}" + (f".{taken + 1}" if taken else ""),
        quantity=bundle.quantity,
        unit_price_override=unit_price,
        is_mandatory=False,
        starts_on=on,
        ends_on=bundle.ends_on,
        billed_through=on,
        first_active_on=on,
        bundle=bundle,
        created_at=at,
    )
