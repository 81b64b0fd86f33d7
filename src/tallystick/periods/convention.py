"""Conventions of proration: choices between which companies differ, each with a name (C-14, docs/rules/proration.md).

The arithmetic is the same for all: price × part ÷ full period, rounded once. A convention says which part and which
full period. A company that moves here chooses what it had and keeps its cents.
"""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Final, NamedTuple

from tallystick.periods.errors import MixedUnits, PartOutsidePeriod
from tallystick.periods.period import Period
from tallystick.periods.proration import share

#: Whose the day of a change is.
NEW, OLD = "new", "old"
CHANGE_DAYS: Final = (NEW, OLD)
#: What changes in the middle of a day are counted in.
DAY, SECOND = "day", "second"
UNITS: Final = (DAY, SECOND)

_A_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class Span(NamedTuple):
    """The time from ``start_at`` up to but without ``end_at``, as aware instants: a period counted in seconds."""

    start_at: datetime
    end_at: datetime

    def covers(self, other: "Span") -> bool:
        """Whether all of another span belongs to it."""
        return self.start_at <= other.start_at and other.end_at <= self.end_at


class Convention(NamedTuple):
    """What a seller or a plan has chosen.

    ``method`` (a ``ProrationMethod``) is what stands below the line; ``change_day`` says whether the day of a change
    is billed by what held before (``old``) or by what holds after (``new``); ``bills_cancellation_day`` whether the day
    on which somebody cancels is billed; ``unit`` whether changes count whole days or seconds.
    """

    method: str = "actual"
    change_day: str = NEW
    bills_cancellation_day: bool = False
    unit: str = DAY


def split_at_change(billed: Period, changed_on: date, convention: Convention) -> tuple[Period, Period]:
    """The days of a billed period that the old terms keep, and those that the new ones get; one may be empty.

    A change before the period leaves nothing to the old, one after it nothing to the new.
    """
    first_new = changed_on + _A_DAY if convention.change_day == OLD else changed_on
    cut_on = min(max(first_new, billed.start_on), billed.end_on)
    return Period(billed.start_on, cut_on), Period(cut_on, billed.end_on)


def split_at_instant(billed: Span, changed_at: datetime) -> tuple[Span, Span]:
    """The same to the second: nobody owns a second twice, so that no convention is needed."""
    cut_at = min(max(changed_at, billed.start_at), billed.end_at)
    return Span(billed.start_at, cut_at), Span(cut_at, billed.end_at)


def first_day_without(canceled_on: date, convention: Convention) -> date:
    """The first day that is no longer billed when somebody cancels on a day."""
    return canceled_on + _A_DAY if convention.bills_cancellation_day else canceled_on


def share_by(part: Period | Span, full: Period | Span, convention: Convention, *, interval_months: int) -> Fraction:
    """The share of a full period that a part takes: of days by the convention's method, of seconds by the clock.

    Seconds are real ones: the day on which summer time begins has 82,800. Refuses a part outside (PartOutsidePeriod)
    and days of seconds (MixedUnits).
    """
    if isinstance(part, Span) and isinstance(full, Span):
        if not full.covers(part):
            raise PartOutsidePeriod(part=_as_days(part), full=_as_days(full))
        return Fraction((part.end_at - part.start_at) // _MICROSECOND, (full.end_at - full.start_at) // _MICROSECOND)
    if isinstance(part, Span) or isinstance(full, Span):
        raise MixedUnits
    return share(part, full, convention.method, interval_months)


def _as_days(span: Span) -> Period:
    return Period(span.start_at.date(), span.end_at.date())
