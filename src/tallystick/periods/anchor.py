"""Billing cycles: a grid of boundaries a whole number of months apart (UNI-12, docs/rules/proration.md).

The n-th boundary comes from the first one, never from the one before it, so that the day does not drift:
anchor day 31 gives 31 Jan, 28 Feb, 31 Mar. All functions take constant time.
"""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from tallystick.periods.errors import InvalidCycle
from tallystick.periods.period import Period

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Cycle(NamedTuple):
    """A grid of boundaries. Boundary 0 is in the month of ``origin_on``; each is on the anchor day or the month's last.

    ``anchor_day`` is 1 to 31, ``interval_months`` at least 1 (1 monthly, 3 quarterly, 12 yearly).
    Make one with :func:`first_cycle`, which checks.
    """

    origin_on: date
    anchor_day: int
    interval_months: int


def first_cycle(starts_on: date, anchor_day: int, interval_months: int) -> Cycle:
    """The cycle whose boundary 0 is the first anchor day on or after a start.

    Start 10 Jan with anchor day 15 makes a first partial period from 10 to 15 Jan; with anchor day 10 there is none.
    Refuses an anchor day that is not 1 to 31 or an interval below 1 (:class:`InvalidCycle`).
    """
    if not 1 <= anchor_day <= 31:
        raise InvalidCycle(name="anchor day", value=anchor_day, allowed="from 1 to 31", field="anchor_day")
    if interval_months < 1:
        raise InvalidCycle(name="interval", value=interval_months, allowed="at least 1 month", field="interval_months")
    months = starts_on.year * 12 + starts_on.month - 1
    origin_on = _anchor_date(months, anchor_day)
    if origin_on < starts_on:
        origin_on = _anchor_date(months + 1, anchor_day)
    return Cycle(origin_on, anchor_day, interval_months)


def boundary(cycle: Cycle, n: int) -> date:
    """The n-th boundary; negative ones lie before the origin."""
    origin_on, anchor_day, interval_months = cycle
    return _anchor_date(origin_on.year * 12 + origin_on.month - 1 + n * interval_months, anchor_day)


def index_of(cycle: Cycle, on: date) -> int:
    """The number of the last boundary on or before a day."""
    origin_on, anchor_day, interval_months = cycle
    months = (on.year - origin_on.year) * 12 + on.month - origin_on.month
    n, months_past = divmod(months, interval_months)
    if months_past == 0 and on.day < anchor_day and on.day < _month_days(on.year, on.month):
        return n - 1
    return n


@lru_cache(maxsize=4096)  # a bill run asks for the same few cycles and days again and again
def full_period(cycle: Cycle, on: date) -> Period:
    """The whole period of the grid that a day lies in."""
    n = index_of(cycle, on)
    return Period(boundary(cycle, n), boundary(cycle, n + 1))


def next_boundary(cycle: Cycle, after: date) -> date:
    """The first boundary after a day (a day that is a boundary itself does not count)."""
    return boundary(cycle, index_of(cycle, after) + 1)


def _anchor_date(months: int, anchor_day: int) -> date:
    year, month = divmod(months, 12)
    if anchor_day > 28:
        anchor_day = min(anchor_day, _month_days(year, month + 1))
    return date(year, month + 1, anchor_day)


def _month_days(year: int, month: int) -> int:
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_DAYS[month - 1]
