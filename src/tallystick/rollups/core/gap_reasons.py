"""Why an invoice is not paid: a closed list, and for each open invoice the parts that make up what is open (DEM-58).

Worked table: docs/rules/rollups.md.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from tallystick.collection.core.reasons import Reason, explain
from tallystick.payments.core.attempt_lifecycle import FINAL
from tallystick.rollups.core.attempt_words import UNKNOWN, explain_attempt, find_bucket

CHARGE_FAILED = "charge_failed"
UNPAID_OVERDUE = "unpaid_overdue"
NO_METHOD = "no_method"
MONEY_WENT_BACK = "money_went_back"
NOT_COLLECTED = "not_collected"
CHARGE_UNKNOWN = "charge_unknown"
CHARGE_PENDING = "charge_pending"
UNPAID_NOT_DUE = "unpaid_not_due"
NOT_DUE_FOR_COLLECTION = "not_due_for_collection"
WRITTEN_OFF = "written_off"
TOLERATED = "tolerated"
CREDIT_LEFT = "credit_left"

#: All reasons, the most urgent first, with what a list calls them.
GAP_REASONS: dict[str, str] = {
    CHARGE_FAILED: "Charge failed",
    UNPAID_OVERDUE: "Unpaid invoice, overdue",
    NO_METHOD: "No payment method",
    MONEY_WENT_BACK: "Money went back",
    NOT_COLLECTED: "Not collected yet",
    CHARGE_UNKNOWN: "Charge with unknown outcome",
    CHARGE_PENDING: "Charge under way",
    UNPAID_NOT_DUE: "Unpaid invoice, not due yet",
    NOT_DUE_FOR_COLLECTION: "Not due for collection yet",
    WRITTEN_OFF: "Written off",
    TOLERATED: "Small difference accepted",
    CREDIT_LEFT: "Credit note not used for it",
}


class Charge(NamedTuple):
    """A charge that was made for an invoice, in minor units."""

    status: str
    amount_minor: int
    failure_code: str = ""
    quarantine_reason: str = ""
    dashboard_url: str = ""


class Circumstances(NamedTuple):
    """All that says why an invoice is open. `live` is a charge that may still move, `last` the newest that ended.

    `is_remitted`: the customer transfers the money, no payment run takes it. `method_problem` says why the account's
    method can't be charged, in the words of a payment run's skips; "" when it can. `went_back_minor` of what had paid
    it was given back or taken back by a bank.
    """

    due_on: date
    is_remitted: bool
    live: Charge | None = None
    last: Charge | None = None
    method_problem: str = ""
    went_back_minor: int = 0


_WENT_BACK = Reason(
    "It was paid, and the money went back: by a refund, or because a bank took it.",
    "Credit the invoice if it is not owed any more; else it is charged or asked for again.",
)


class Part(NamedTuple):
    """Some of what is open, for one reason, in minor units."""

    reason: str
    amount_minor: int
    words: Reason
    dashboard_url: str = ""


def split_open(open_minor: int, *, circumstances: Circumstances, as_of: date) -> Iterator[Part]:
    """The parts of what is open; their sum is all of it. What a live charge asks for comes first, then the rest."""
    rest = open_minor
    if circumstances.live is not None and rest > 0:
        asked = min(rest, circumstances.live.amount_minor)
        yield _explain_live(circumstances.live, asked)
        rest -= asked
    is_tried_since = circumstances.last is not None and circumstances.last.status != "succeeded"
    if circumstances.went_back_minor > 0 and rest > 0 and not is_tried_since:
        back = min(rest, circumstances.went_back_minor)
        yield Part(MONEY_WENT_BACK, back, _WENT_BACK)
        rest -= back
    if rest > 0:
        yield _explain_rest(circumstances, rest, as_of)


def _explain_live(charge: Charge, amount_minor: int) -> Part:
    is_unknown = find_bucket(charge.status, is_quarantined=bool(charge.quarantine_reason)) == UNKNOWN
    words = explain_attempt(charge.status, quarantine_reason=charge.quarantine_reason)
    return Part(CHARGE_UNKNOWN if is_unknown else CHARGE_PENDING, amount_minor, words, charge.dashboard_url)


def _explain_rest(unpaid: Circumstances, amount_minor: int, as_of: date) -> Part:
    due = _write_day(unpaid.due_on)
    if unpaid.is_remitted and unpaid.due_on < as_of:
        return Part(UNPAID_OVERDUE, amount_minor, Reason(f"It was due on {due}.", "Remind the customer."))
    if unpaid.is_remitted:
        return Part(UNPAID_NOT_DUE, amount_minor, Reason(f"It is due on {due}.", "Nothing to do before that day."))
    if unpaid.last is not None and unpaid.last.status in FINAL and unpaid.last.status != "succeeded":
        words = explain_attempt(unpaid.last.status, failure_code=unpaid.last.failure_code)
        return Part(CHARGE_FAILED, amount_minor, words, unpaid.last.dashboard_url)
    if unpaid.method_problem:
        return Part(NO_METHOD, amount_minor, explain(unpaid.method_problem))
    if unpaid.due_on > as_of:
        return Part(NOT_DUE_FOR_COLLECTION, amount_minor, Reason(f"Payment runs take it from {due}.", "Nothing to do."))
    words = Reason(f"It is due since {due}, and no payment run has charged it.", "Start a payment run.")
    return Part(NOT_COLLECTED, amount_minor, words)


def _write_day(on: date) -> str:
    return f"{on.day} {on:%B %Y}"
