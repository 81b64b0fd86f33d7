"""The kinds of actions on a subscription that bill at once (CRM 5.5), and what each needs. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

BECOME_EFFECTIVE = "become_effective"
AMEND_TERMS = "amend_terms"
ACTIVATE = "activate"
START_SERVICE = "start_service"
SWAP_SERVICE = "swap_service"
END_RESTING = "end_resting"
END_SHORT_TERM = "end_short_term"
ADD_USAGE_SERVICE = "add_usage_service"
ACTIVATE_SHORT_TERM = "activate_short_term"
ADD_SERVICES = "add_services"
ADD_EXPENSE = "add_expense"
AMEND_BUNDLE = "amend_bundle"
CHANGE_DISTRIBUTION = "change_distribution"
AMEND_SERVICES = "amend_services"
CHANGE_QUANTITY = "change_quantity"
END_SERVICE = "end_service"


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
    BECOME_EFFECTIVE: ActionKind("Become effective", adds=False, is_about_services=False, rule="CRM-38"),
    AMEND_TERMS: ActionKind("Amend terms", adds=True, is_about_services=False, rule="CRM-39", asks=("terms",)),
    ACTIVATE: ActionKind("Activate", adds=False, is_about_services=True, rule="CRM-40"),
    START_SERVICE: ActionKind("Start a service", adds=True, is_about_services=False, rule="CRM-41"),
    SWAP_SERVICE: ActionKind("Swap a service", adds=True, is_about_services=True, rule="CRM-42"),
    END_RESTING: ActionKind("End resting", adds=False, is_about_services=True, rule="CRM-43"),
    END_SHORT_TERM: ActionKind("End a short-term deactivation", adds=False, is_about_services=True, rule="CRM-44"),
    ADD_USAGE_SERVICE: ActionKind("Add a usage service", adds=True, is_about_services=False, rule="CRM-45"),
    ACTIVATE_SHORT_TERM: ActionKind(
        "Activate for a short term", adds=False, is_about_services=True, rule="CRM-46", asks=("until_on",)
    ),
    ADD_SERVICES: ActionKind("Add services", adds=True, is_about_services=False, rule="CRM-47"),
    ADD_EXPENSE: ActionKind("Add an expense", adds=True, is_about_services=False, rule="CRM-48"),
    AMEND_BUNDLE: ActionKind("Amend a bundle", adds=False, is_about_services=True, rule="CRM-49", asks=("components",)),
    CHANGE_DISTRIBUTION: ActionKind(
        "Change the distribution", adds=False, is_about_services=False, rule="CRM-50", asks=("placements",)
    ),
    AMEND_SERVICES: ActionKind(
        "Amend services", adds=True, is_about_services=True, rule="CRM-51", asks=("placements",)
    ),
    CHANGE_QUANTITY: ActionKind("Change a quantity", adds=True, is_about_services=True),
    END_SERVICE: ActionKind("End a service", adds=False, is_about_services=True),
}
MOST_AT_ONCE = 100
ASKED_FIELDS = ("until_on", "terms", "components", "placements")
ONE_SERVICE_KINDS = (START_SERVICE, ADD_USAGE_SERVICE, ADD_EXPENSE, SWAP_SERVICE, CHANGE_QUANTITY, AMEND_BUNDLE)
#: Where no services need to be named: activating is of all that is off, the end of a pause of all that pauses so,
#: amending may add or end none.
OPTIONAL_SERVICE_KINDS = (AMEND_SERVICES, AMEND_TERMS, ACTIVATE, END_RESTING, END_SHORT_TERM)
#: What does not make sense without; a bundle may be left without components, an amendment without placements.
NEEDED_FIELDS: Mapping[str, str] = {
    ACTIVATE_SHORT_TERM: "until_on",
    AMEND_TERMS: "terms",
    CHANGE_DISTRIBUTION: "placements",
}
#: What a draft is for: everything else waits until it is effective (CRM-27).
DRAFT_KINDS = (BECOME_EFFECTIVE, ACTIVATE_SHORT_TERM)
#: Billed only if the whole account passes its test, even where nothing is to pay at the action (CRM-38, CRM-40).
FULLY_TESTED_KINDS = (BECOME_EFFECTIVE, ACTIVATE)
#: Where the way back can't be paid, the service stays off, and the action is not refused (CRM-43, CRM-44).
PAUSE_ENDING_KINDS = (END_RESTING, END_SHORT_TERM)
#: More than there was: not for who is past due or has canceled (DEM-51).
ADDING_KINDS = (ADD_SERVICES, START_SERVICE, ADD_USAGE_SERVICE, CHANGE_QUANTITY)
