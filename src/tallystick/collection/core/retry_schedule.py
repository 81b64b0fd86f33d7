"""When an invoice whose charge failed may be charged again by a run (C-17). Pure: failures in, one instant out."""

import calendar
import hashlib
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.periods.business_days import add_business_days


class FailureClass(StrEnum):
    """What a failure means for the next try."""

    NEVER = "never"
    FUNDS = "funds"
    DECLINE = "decline"
    ERROR = "error"
    DEBIT = "debit"
    OURS = "ours"


#: An attempt that was never executed is our own trouble.
NOT_CHARGED = ("not_executed", "canceled", "expired")
BROKE_DOWN = ("processing_error", "issuer_unavailable")
#: A bank that refuses outright is asked twice more at most.
RETRIES_OF_CODE: dict[str, int] = {"issuer_refused": 2}
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=6)
#: Tries of a morning are spread over so many minutes, by a hash of the invoice.
SPREAD_MINUTES = 120
_DAY = timedelta(days=1)


class PastFailure(NamedTuple):
    """A charge of the invoice by its present method that failed; `code` of our list, or the attempt's last state."""

    at: datetime
    code: str


def classify_failure(code: str, *, method_kind: str) -> FailureClass:
    """The class of a failure of a card or a direct debit."""
    if code in NOT_CHARGED or FAILURES[code].advice is Advice.FIX_SETUP:
        return FailureClass.OURS
    if FAILURES[code].advice is not Advice.RETRY_LATER:
        return FailureClass.NEVER
    if method_kind != "card":
        return FailureClass.DEBIT
    if code == "insufficient_funds":
        return FailureClass.FUNDS
    return FailureClass.ERROR if code in BROKE_DOWN else FailureClass.DECLINE


def compute_next_attempt_at(
    failures: Sequence[PastFailure],
    *,
    document_id: int,
    method_kind: str,
    terms: RetryTerms,
    wait_hours: int,
    zone: tzinfo,
) -> datetime | None:
    """The earliest instant of the next unattended try; None when there is none: a person has to act.

    `failures` of the present method, oldest first, at least one. Our own trouble neither counts as a try nor waits the
    seller's hours (ZUO-42); every other try is at least `wait_hours` after the last one.
    """
    last = failures[-1]
    of_class = classify_failure(last.code, method_kind=method_kind)
    if of_class is FailureClass.OURS:
        return last.at + _compute_pause(failures, method_kind)
    counted = list_counted(failures, method_kind=method_kind)
    if of_class is FailureClass.NEVER or len(counted) >= terms.tries_an_invoice:
        return None
    case = _Case(counted[0].at.astimezone(zone), last.at.astimezone(zone), len(counted), last.code, document_id, terms)
    found = _SCHEDULES[of_class](case)
    return None if found is None else max(found, last.at + timedelta(hours=wait_hours))


def list_counted(failures: Sequence[PastFailure], *, method_kind: str) -> list[PastFailure]:
    """The failures that count as tries: all but our own trouble."""
    ours = FailureClass.OURS
    return [each for each in failures if classify_failure(each.code, method_kind=method_kind) is not ours]


def compute_spread(document_id: int) -> timedelta:
    """How long after the morning hour an invoice is tried: the same each time, and another for its neighbor."""
    digest = hashlib.sha256(str(document_id).encode()).digest()
    return timedelta(minutes=int.from_bytes(digest[:4], "big") % SPREAD_MINUTES)


class _Case(NamedTuple):
    first: datetime
    last: datetime
    tries: int
    code: str
    document_id: int
    terms: RetryTerms


def _compute_pause(failures: Sequence[PastFailure], method_kind: str) -> timedelta:
    """5 minutes, doubling up to 6 hours, by how often it was our own trouble in a row."""
    in_a_row = 0
    for each in reversed(failures):
        if classify_failure(each.code, method_kind=method_kind) is not FailureClass.OURS:
            break
        in_a_row += 1
    return LONGEST_PAUSE if in_a_row > 7 else min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (in_a_row - 1))


def _after_lack_of_money(case: _Case) -> datetime | None:
    terms, tries = case.terms, case.tries
    if tries >= terms.funds_tries:
        return None
    last_on = case.first.date() + timedelta(days=terms.funds_last_day)
    if tries <= len(terms.funds_days):
        return _on_morning(case, case.first.date() + timedelta(days=terms.funds_days[tries - 1]))
    if tries == terms.funds_tries - 1:
        return _on_morning(case, last_on)
    return _on_morning(case, min(_find_payday(case.last.date(), terms.funds_month_days), last_on))


def _after_decline(case: _Case) -> datetime | None:
    retries = min(case.terms.decline_tries - 1, RETRIES_OF_CODE.get(case.code, len(case.terms.decline_days)))
    if case.tries > min(retries, len(case.terms.decline_days)):
        return None
    return _on_morning(case, case.first.date() + timedelta(days=case.terms.decline_days[case.tries - 1]))


def _after_breakdown(case: _Case) -> datetime | None:
    if case.tries == 1:
        return case.last + timedelta(hours=case.terms.error_hours)
    if case.tries == 2:
        return max(case.first, case.last) + _DAY
    later = [days for days in case.terms.decline_days if days > 1]
    if case.tries - 3 >= len(later):
        return None
    return _on_morning(case, case.first.date() + timedelta(days=later[case.tries - 3]))


def _after_debit(case: _Case) -> datetime | None:
    if case.tries >= case.terms.debit_tries:
        return None
    return _on_morning(case, add_business_days(case.last.date(), case.terms.debit_bank_days, set(case.terms.holidays)))


def _on_morning(case: _Case, day: date) -> datetime:
    """The local morning of a day, or of the next working day; never on the day of the last try or before."""
    holidays = set(case.terms.holidays)
    day = add_business_days(max(day, case.last.date() + _DAY), 0, holidays)
    return datetime.combine(day, time(case.terms.morning_hour), case.first.tzinfo) + compute_spread(case.document_id)


def _find_payday(after: date, month_days: Sequence[int]) -> date:
    day = after + _DAY
    while day.day not in {min(each, calendar.monthrange(day.year, day.month)[1]) for each in month_days}:
        day += _DAY
    return day


_SCHEDULES = {
    FailureClass.FUNDS: _after_lack_of_money,
    FailureClass.DECLINE: _after_decline,
    FailureClass.ERROR: _after_breakdown,
    FailureClass.DEBIT: _after_debit,
}
