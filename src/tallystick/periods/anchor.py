"""Billing cycles: a grid of boundaries a whole number of months or days apart (UNI-12, docs/rules/proration.md).

The n-th boundary comes from the first one, never from the one before it, so that the day does not drift:
anchor day 31 gives 31 Jan, 28 Feb, 31 Mar. All functions take constant time.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final, NamedTuple

from tallystick.periods.errors import InvalidCycle
from tallystick.periods.period import Period

#: The anchor day that means the last day of every month (CRM-4).
LAST_DAY: Final = 31
#: Methods of CRM-4: every subscription of a seller on the same days, or each on a day of its own.
PERIOD, ANNIVERSARY = "period", "anniversary"

_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: What shared grids count from: a January, and a Monday.
_SHARED_FROM_MONTH = 2000 * 12
_SHARED_FROM_DAY = date(2001, 1, 1)


class Cycle(NamedTuple):
    """A grid of boundaries. Boundary 0 is in the month of ``origin_on``; each is on the anchor day or the month's last.

    ``anchor_day`` is 1 to 31, ``interval_months`` at least 1 (1 monthly, 3 quarterly, 12 yearly); or 0 where
    boundaries lie ``interval_days`` days apart, which have no anchor day. Make one with :func:`first_cycle` or
    :func:`shared_cycle`, which check.
    """

    origin_on: date
    anchor_day: int
    interval_months: int
    interval_days: int = 0


def first_cycle(starts_on: date, anchor_day: int, interval_months: int, interval_days: int = 0) -> Cycle:
    """The cycle whose boundary 0 is the first anchor day on or after a start: method anniversary (CRM-4).

    Start 10 Jan with anchor day 15 makes a first partial period from 10 to 15 Jan; with anchor day 10 there is none,
    nor where the interval is a number of days. Refuses an anchor day that is not 1 to 31 and an interval that is not
    either months or days (:class:`InvalidCycle`).
    """
    _check(anchor_day, interval_months, interval_days)
    if interval_days:
        return Cycle(starts_on, anchor_day, 0, interval_days)
    months = starts_on.year * 12 + starts_on.month - 1
    origin_on = _anchor_date(months, anchor_day)
    if origin_on < starts_on:
        origin_on = _anchor_date(months + 1, anchor_day)
    return Cycle(origin_on, anchor_day, interval_months)


def shared_cycle(starts_on: date, anchor_day: int, interval_months: int, interval_days: int = 0) -> Cycle:
    """The cycle on the grid that everybody shares: method period (CRM-4). Boundary 0 is the first on or after a start.

    Months are counted from January: quarters begin in January, April, July and October, years in January. Days are
    counted from a Monday. Refuses as :func:`first_cycle` does.
    """
    _check(anchor_day, interval_months, interval_days)
    if interval_days:
        grid = Cycle(_SHARED_FROM_DAY, anchor_day, 0, interval_days)
    else:
        grid = Cycle(_anchor_date(_SHARED_FROM_MONTH, anchor_day), anchor_day, interval_months)
    return grid._replace(origin_on=next_boundary(grid, starts_on - timedelta(days=1)))


def boundary(cycle: Cycle, n: int) -> date:
    """The n-th boundary; negative ones lie before the origin."""
    origin_on, anchor_day, interval_months, interval_days = cycle
    if not interval_months:
        return origin_on + timedelta(days=n * interval_days)
    return _anchor_date(origin_on.year * 12 + origin_on.month - 1 + n * interval_months, anchor_day)


def index_of(cycle: Cycle, on: date) -> int:
    """The number of the last boundary on or before a day."""
    origin_on, anchor_day, interval_months, interval_days = cycle
    if not interval_months:
        return (on - origin_on).days // interval_days
    months = (on.year - origin_on.year) * 12 + on.month - origin_on.month
    n, months_past = divmod(months, interval_months)
    if months_past == 0 and on.day < anchor_day and on.day < _month_days(on.year, on.month):
        return n - 1
    return n


@lru_cache(maxsize=8192)  # a bill run asks for the same few cycles and days again and again
def full_period(cycle: Cycle, on: date) -> Period:
    """The whole period of the grid that a day lies in."""
    n = index_of(cycle, on)
    return Period(boundary(cycle, n), boundary(cycle, n + 1))


def next_boundary(cycle: Cycle, after: date) -> date:
    """The first boundary after a day (a day that is a boundary itself does not count)."""
    return boundary(cycle, index_of(cycle, after) + 1)


def add_intervals(start_on: date, interval_months: int, interval_days: int = 0, *, count: int = 1) -> date:
    """The day so many intervals after a start, clamped to the month's end: 31 Jan and one month is 28 Feb."""
    return boundary(Cycle(start_on, start_on.day, interval_months, interval_days), count)


def _check(anchor_day: int, interval_months: int, interval_days: int) -> None:
    if not 1 <= anchor_day <= 31:
        raise InvalidCycle(name="anchor day", value=anchor_day, allowed="from 1 to 31", field="anchor_day")
    if interval_days < 0 or (interval_days and interval_months):
        raise InvalidCycle(
            name="interval days", value=interval_days, allowed="above 0, and without months", field="interval_days"
        )
    if interval_months < 1 and not interval_days:
        raise InvalidCycle(name="interval", value=interval_months, allowed="at least 1 month", field="interval_months")


def _anchor_date(months: int, anchor_day: int) -> date:
    year, month = divmod(months, 12)
    if anchor_day > 28:
        anchor_day = min(anchor_day, _month_days(year, month + 1))
    return date(year, month + 1, anchor_day)


def _month_days(year: int, month: int) -> int:
    if month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0):
        return 29
    return _MONTH_DAYS[month - 1]
