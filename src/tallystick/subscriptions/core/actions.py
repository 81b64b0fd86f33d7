"""The actions on a subscription that bill at once (CRM 5.5): values to be previewed, scheduled and done. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tallystick.errors import Problem
from tallystick.subscriptions.core.action_kinds import (
    AMEND_SERVICES,
    ASKED_FIELDS,
    KINDS,
    MOST_AT_ONCE,
    ONE_SERVICE_KINDS,
)
from tallystick.subscriptions.core.new_subscription import NewService


class AmendedTerms(NamedTuple):
    """Billing terms as they are from a day on (CRM-39, CRM-52); what is None stays as it is.

    `scheme` is how it is billed, `plan` the code of a plan; the interval is in months, the anchor day 1 to 31.
    """

    scheme: str | None = None
    plan: str | None = None
    interval_months: int | None = None
    anchor_day: int | None = None


class Placement(NamedTuple):
    """So many of a subscription service are on an installed item (its serial number) or at a location (CRM-53)."""

    service_id: int
    item: str
    quantity: Decimal


class Action(NamedTuple):
    """What is to be done from a day on: services that are added, ids of subscription services that it is about.

    A swap and a change of quantity put the one service that is added in the place of the one that they are about;
    amending ends all that it is about and adds the others. `until_on` is the exclusive end of what lasts only a while,
    `components` are the codes of the services that a bundle covers from then on.
    """

    kind: str
    on: date
    services: tuple[NewService, ...] = ()
    service_ids: tuple[int, ...] = ()
    until_on: date | None = None
    terms: AmendedTerms | None = None
    components: tuple[str, ...] = ()
    placements: tuple[Placement, ...] = ()


def find_action_problems(action: Action) -> Iterator[Problem]:
    """Everything that is wrong with an action seen alone."""
    kind = KINDS.get(action.kind)
    if kind is None:
        yield Problem("kind", f"must be one of {', '.join(KINDS)}")
        return
    name = kind.name.lower()
    if action.kind == AMEND_SERVICES and not action.services and not action.service_ids:
        yield Problem("services", "name what is added or what ends")
    for field, given, is_needed in (
        ("services", action.services, kind.adds),
        ("service_ids", action.service_ids, kind.is_about_services),
    ):
        bounds = _least(is_needed, action), _most(is_needed, action)
        yield from _find_count_problems(field, name, len(given), bounds=bounds)
    for field in ASKED_FIELDS:
        if getattr(action, field) and field not in kind.asks:
            yield Problem(field, f"{name}: is not asked for")
    for place, service in enumerate(action.services):
        if service.starts_on != action.on:
            yield Problem(f"services.{place}.starts_on", f"must be the day of the action, {action.on}")


def _least(is_needed: bool, action: Action) -> int:
    return int(is_needed and action.kind != AMEND_SERVICES)


def _most(is_needed: bool, action: Action) -> int:
    if not is_needed:
        return 0
    return 1 if action.kind in ONE_SERVICE_KINDS else MOST_AT_ONCE


def _find_count_problems(field: str, name: str, count: int, *, bounds: tuple[int, int]) -> Iterator[Problem]:
    least, most = bounds
    words = "is added" if field == "services" else "of the subscription's own services is meant"
    if count < least:
        yield Problem(field, f"{name}: say what {words}")
    elif count > most:
        yield Problem(field, f"{name}: nothing {words}" if most == 0 else f"{name}: at most {most} at a time")


def action_as_json(action: Action) -> dict[str, Any]:
    """An action as it is kept until its day comes. Discounts are agreed with the services, not here."""
    return {
        "kind": action.kind,
        "on": action.on.isoformat(),
        "service_ids": list(action.service_ids),
        "services": [
            {
                "service": each.service,
                "quantity": str(each.quantity),
                "unit_price": None if each.unit_price_override is None else str(each.unit_price_override),
                "description": each.description,
                "external_id": each.external_id,
            }
            for each in action.services
        ],
        "until_on": None if action.until_on is None else action.until_on.isoformat(),
        "terms": None if action.terms is None else action.terms._asdict(),
        "components": list(action.components),
        "placements": [{**each._asdict(), "quantity": str(each.quantity)} for each in action.placements],
    }


def action_from_json(stored: Mapping[str, Any]) -> Action:
    """The action that was kept. Raises ValueError for what never was one."""
    on = date.fromisoformat(stored["on"])
    try:
        services = tuple(
            NewService(
                each["service"],
                on,
                quantity=Decimal(each["quantity"]),
                unit_price_override=None if each["unit_price"] is None else Decimal(each["unit_price"]),
                description=each["description"],
                external_id=each["external_id"],
            )
            for each in stored["services"]
        )
        placements = tuple(
            Placement(each["service_id"], each["item"], Decimal(each["quantity"])) for each in stored["placements"]
        )
    except InvalidOperation as broken:
        raise ValueError(f"no action: {stored}") from broken
    return Action(
        stored["kind"],
        on,
        services,
        tuple(stored["service_ids"]),
        until_on=None if stored["until_on"] is None else date.fromisoformat(stored["until_on"]),
        terms=None if stored["terms"] is None else AmendedTerms(**stored["terms"]),
        components=tuple(stored["components"]),
        placements=placements,
    )
