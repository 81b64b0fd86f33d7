"""The kinds of actions on a subscription that bill at once (CRM 5.5), and what each needs. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

ADD_SERVICES = "add_services"
START_SERVICE = "start_service"
ADD_USAGE_SERVICE = "add_usage_service"
ADD_EXPENSE = "add_expense"
SWAP_SERVICE = "swap_service"
CHANGE_QUANTITY = "change_quantity"
END_SERVICE = "end_service"
AMEND_SERVICES = "amend_services"


class ActionKind(NamedTuple):
    """What an action is called, and what it needs: services to add, services of the subscription that it is about.

    `asks` names the other fields of an action that it looks at (of ASKED_FIELDS); in any other action they stay empty.
    """

    name: str
    adds: bool
    is_about_services: bool
    rule: str = ""
    asks: tuple[str, ...] = ()


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
ASKED_FIELDS = ("until_on", "terms", "components", "placements")
ONE_SERVICE_KINDS = (START_SERVICE, ADD_USAGE_SERVICE, ADD_EXPENSE, SWAP_SERVICE, CHANGE_QUANTITY)
