"""The actions on a subscription that bill at once (CRM 5.5): values to be previewed, scheduled and done. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tallystick.catalog.core.field_problems import find_choice_problems, find_range_problems, has_more_decimals
from tallystick.errors import Problem
from tallystick.subscriptions.core.action_kinds import (
    AMEND_SERVICES,
    ASKED_FIELDS,
    KINDS,
    MOST_AT_ONCE,
    NEEDED_FIELDS,
    ONE_SERVICE_KINDS,
    OPTIONAL_SERVICE_KINDS,
    ActionKind,
)
from tallystick.subscriptions.core.billing_scheme import SCHEMES
from tallystick.subscriptions.core.new_subscription import LARGEST_QUANTITY, QUANTITY_DECIMALS, NewService

LONGEST_ITEM = 80
LONGEST_INTERVAL_MONTHS = 120


class AmendedTerms(NamedTuple):
    """Billing terms as they are from a day on (CRM-39, CRM-52); what is None stays as it is.

    `scheme` is how it is billed (billing_scheme), `plan` the code of a plan; the interval is in months, the anchor day
    1 to 31.
    """

    scheme: str | None = None
    plan: str | None = None
    interval_months: int | None = None
    anchor_day: int | None = None


class Placement(NamedTuple):
    """So many of a subscription service are on an installed item (its serial number) or at a location (CRM-53).

    `service_id` 0 is the single service that the same action adds.
    """

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
    yield from _find_asked_problems(action, kind)
    yield from _find_value_problems(action)
    for place, service in enumerate(action.services):
        if service.starts_on != action.on:
            yield Problem(f"services.{place}.starts_on", f"must be the day of the action, {action.on}")


def _least(is_needed: bool, action: Action) -> int:
    return int(is_needed and action.kind not in OPTIONAL_SERVICE_KINDS)


def _most(is_needed: bool, action: Action) -> int:
    if not is_needed:
        return 0
    return 1 if action.kind in ONE_SERVICE_KINDS else MOST_AT_ONCE


def _find_count_problems(field: str, name: str, count: int, *, bounds: tuple[int, int]) -> Iterator[Problem]:
    least, most = bounds
    is_new = field == "services"
    if count < least:
        words = "is added" if is_new else "of the subscription's own services is meant"
        yield Problem(field, f"to {name}, say what {words}")
    elif count > most:
        words = "adds no service" if is_new else "names none of the subscription's own services"
        yield Problem(field, f"to {name} {words}" if most == 0 else f"to {name}, name at most {most} at a time")


def _find_asked_problems(action: Action, kind: ActionKind) -> Iterator[Problem]:
    name = kind.name.lower()
    for field in ASKED_FIELDS:
        if getattr(action, field) and field not in kind.asks:
            yield Problem(field, f"is of no use to {name}")
    needed = NEEDED_FIELDS.get(action.kind)
    if needed and not getattr(action, needed):
        yield Problem(needed, f"is needed to {name}")


def _find_value_problems(action: Action) -> Iterator[Problem]:
    if action.until_on is not None and action.until_on <= action.on:
        yield Problem("until_on", f"must be after {action.on}, but is {action.until_on}")
    if action.terms is not None:
        yield from _find_terms_problems(action.terms)
    if len(set(action.components)) < len(action.components):
        yield Problem("components", "names one twice")
    places = [(each.service_id, each.item) for each in action.placements]
    if len(set(places)) < len(places):
        yield Problem("placements", "places a service on one item twice")
    for place, placement in enumerate(action.placements):
        for field, reason in _find_placement_reasons(placement):
            yield Problem(f"placements.{place}.{field}", reason)


def _find_terms_problems(terms: AmendedTerms) -> Iterator[Problem]:
    if all(each is None for each in terms):
        yield Problem("terms", "say what changes")
    if terms.scheme is not None:
        yield from find_choice_problems("terms.scheme", value=terms.scheme, choices=SCHEMES)
    if terms.interval_months is not None:
        yield from find_range_problems(
            "terms.interval_months", value=terms.interval_months, least=1, most=LONGEST_INTERVAL_MONTHS
        )
    if terms.anchor_day is not None:
        yield from find_range_problems("terms.anchor_day", value=terms.anchor_day, least=1, most=31)


def _find_placement_reasons(placement: Placement) -> Iterator[tuple[str, str]]:
    quantity = placement.quantity
    if not placement.item.strip() or len(placement.item) > LONGEST_ITEM:
        yield "item", f"must be a serial number or a location of at most {LONGEST_ITEM} letters"
    if not quantity.is_finite() or not 0 < quantity < LARGEST_QUANTITY:
        yield "quantity", "must be a number above 0"
    elif has_more_decimals(quantity, decimals=QUANTITY_DECIMALS):
        yield "quantity", f"must have at most {QUANTITY_DECIMALS} decimals"


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
