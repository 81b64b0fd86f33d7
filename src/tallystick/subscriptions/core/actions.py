"""The actions on a subscription that bill at once (CRM 5.5): values to be previewed, scheduled and done. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from tallystick.errors import Problem
from tallystick.subscriptions.core.new_subscription import NewService

ADD_SERVICES = "add_services"
START_SERVICE = "start_service"
ADD_USAGE_SERVICE = "add_usage_service"
ADD_EXPENSE = "add_expense"
SWAP_SERVICE = "swap_service"
CHANGE_QUANTITY = "change_quantity"
END_SERVICE = "end_service"
AMEND_SERVICES = "amend_services"


class ActionKind(NamedTuple):
    """What an action is called, and what it needs: services to add, services of the subscription that it is about."""

    name: str
    adds: bool
    is_about_services: bool
    rule: str = ""


KINDS: Mapping[str, ActionKind] = {
    START_SERVICE: ActionKind("Start a service", adds=True, is_about_services=False, rule="CRM-41"),
    SWAP_SERVICE: ActionKind("Swap a service", adds=True, is_about_services=True, rule="CRM-42"),
    ADD_USAGE_SERVICE: ActionKind("Add a usage service", adds=True, is_about_services=False, rule="CRM-45"),
    ADD_SERVICES: ActionKind("Add services", adds=True, is_about_services=False, rule="CRM-47"),
    ADD_EXPENSE: ActionKind("Add an expense", adds=True, is_about_services=False, rule="CRM-48"),
    AMEND_SERVICES: ActionKind("Amend services", adds=True, is_about_services=True, rule="CRM-51"),
    CHANGE_QUANTITY: ActionKind("Change a quantity", adds=True, is_about_services=True),
    END_SERVICE: ActionKind("End a service", adds=False, is_about_services=True),
}
MOST_AT_ONCE = 100
_ONE_SERVICE = (START_SERVICE, ADD_USAGE_SERVICE, ADD_EXPENSE, SWAP_SERVICE, CHANGE_QUANTITY)


class Action(NamedTuple):
    """What is to be done from a day on: services that are added, ids of subscription services that it is about.

    A swap and a change of quantity put the one service that is added in the place of the one that they are about;
    amending ends all that it is about and adds the others.
    """

    kind: str
    on: date
    services: tuple[NewService, ...] = ()
    service_ids: tuple[int, ...] = ()


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
    for place, service in enumerate(action.services):
        if service.starts_on != action.on:
            yield Problem(f"services.{place}.starts_on", f"must be the day of the action, {action.on}")


def _least(is_needed: bool, action: Action) -> int:
    return int(is_needed and action.kind != AMEND_SERVICES)


def _most(is_needed: bool, action: Action) -> int:
    if not is_needed:
        return 0
    return 1 if action.kind in _ONE_SERVICE else MOST_AT_ONCE


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
    except InvalidOperation as broken:
        raise ValueError(f"no action: {stored}") from broken
    return Action(stored["kind"], on, services, tuple(stored["service_ids"]))
