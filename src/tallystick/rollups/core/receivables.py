"""What customers owe, by age, and what has come in for a month's invoices day by day."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from tallystick.periods.period import Period

RECEIVABLES_QUESTION = "What do customers owe, and since when?"
COLLECTION_QUESTION = "How much of the month's invoices has come in?"

#: Days overdue that end each bucket but the last; an invoice is not overdue on the day it is due.
AGEING_LIMITS: tuple[int, ...] = (0, 30, 60, 90)
AGEING_BUCKETS: tuple[str, ...] = ("not due", "1-30 days", "31-60 days", "61-90 days", "over 90 days")


class Receivables(NamedTuple):
    """What is owed in one currency, in minor units. `ageing` has the amount of each of AGEING_BUCKETS.

    `drafts` and `drafted_minor` are drafts that were not posted: nobody owes them yet.
    """

    currency: str
    receivable_minor: int
    overdue_minor: int
    open_documents: int
    overdue_documents: int
    ageing: tuple[int, ...]
    drafts: int
    drafted_minor: int


class DayMovement(NamedTuple):
    """What a day brought in one currency, in minor units."""

    currency: str
    on: date
    expected_minor: int
    collected_minor: int


class CollectionDay(NamedTuple):
    """A day of the month: what it brought, and what came together from the first of the month until it."""

    on: date
    expected_minor: int
    collected_minor: int
    expected_so_far_minor: int
    collected_so_far_minor: int


class CollectionMonth(NamedTuple):
    """A month in one currency, every day of it. `collected_later_minor` came after its end, for its invoices.

    The sum of expected is that of the billing rollup; collected by day and later is what the gap calls arrived.
    """

    currency: str
    days: tuple[CollectionDay, ...]
    collected_later_minor: int


def compute_ageing(due: Iterable[tuple[date, int]], *, as_of: date) -> tuple[int, ...]:
    """Open amounts by due date, summed by bucket of age."""
    ageing = [0] * len(AGEING_BUCKETS)
    for due_on, open_minor in due:
        ageing[find_age_bucket(due_on, as_of=as_of)] += open_minor
    return tuple(ageing)


def find_age_bucket(due_on: date, *, as_of: date) -> int:
    """The place in AGEING_BUCKETS of something due on a day: the day itself is not overdue, the day after is 1."""
    overdue_days = (as_of - due_on).days
    return sum(1 for limit in AGEING_LIMITS if overdue_days > limit)


def compute_month(currency: str, *, movements: Iterable[DayMovement], month: Period) -> CollectionMonth:
    """Every day of a month with its running sums. What came before it counts on its first day."""
    expected = dict.fromkeys(_list_days(month), 0)
    collected = dict(expected)
    later = 0
    for movement in movements:
        on = max(movement.on, month.start_on)
        if on >= month.end_on:
            later += movement.collected_minor
            continue
        expected[on] += movement.expected_minor
        collected[on] += movement.collected_minor
    days = []
    expected_so_far = collected_so_far = 0
    for on in expected:
        expected_so_far += expected[on]
        collected_so_far += collected[on]
        days.append(CollectionDay(on, expected[on], collected[on], expected_so_far, collected_so_far))
    return CollectionMonth(currency, tuple(days), later)


def _list_days(month: Period) -> list[date]:
    return [month.start_on + timedelta(days=n) for n in range(month.days)]
