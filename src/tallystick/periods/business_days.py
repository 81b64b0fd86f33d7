"""Counting business days: Monday to Friday without the given holidays."""

from collections.abc import Collection
from datetime import date, timedelta

from tallystick.periods.errors import NoBusinessDay

_DAY = timedelta(days=1)
_SATURDAY = 5
#: A run of holidays longer than this is a mistake in the list of holidays, not a calendar.
_MAX_CLOSED_DAYS = 60


def is_business_day(on: date, holidays: Collection[date] = ()) -> bool:
    """Whether a day is neither Saturday, Sunday nor a holiday."""
    return on.weekday() < _SATURDAY and on not in holidays


def add_business_days(on: date, n: int, holidays: Collection[date] = ()) -> date:
    """The n-th business day after a day (before it, when n is negative). 0 is the day itself, or the next business day.

    Give holidays as a set. Refuses (:class:`NoBusinessDay`) when sixty days in a row are closed.
    """
    step = _DAY if n >= 0 else -_DAY
    if n == 0:
        on -= _DAY
        n = 1
    for _ in range(abs(n)):
        on = _next_open(on, step, holidays)
    return on


def _next_open(on: date, step: timedelta, holidays: Collection[date]) -> date:
    for _ in range(_MAX_CLOSED_DAYS):
        on += step
        if is_business_day(on, holidays):
            return on
    raise NoBusinessDay(on=on)
