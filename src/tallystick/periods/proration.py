"""Which share of a full period a part of it is, by four methods (ZUO-32, C-14, docs/rules/proration.md)."""

from collections.abc import Callable
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache

from tallystick.periods.anchor import add_intervals
from tallystick.periods.errors import PartOutsidePeriod, UnknownProrationMethod
from tallystick.periods.period import Period

WHOLE = Fraction(1)
NOTHING = Fraction(0)


class ProrationMethod(StrEnum):
    """How days become a share of a period: what stands below the line."""

    ACTUAL = "actual"
    ACTUAL_30 = "actual_30"
    STRICT_30_360 = "strict_30_360"
    OWN_PERIOD = "own_period"


@lru_cache(maxsize=8192)  # in a bill run thousands of services are cut by the same few dates
def share(part: Period, full: Period, method: str, interval_months: int) -> Fraction:
    """The share of a full period that a part of it takes, from 0 to 1; the full period itself is exactly 1.

    ``method`` is a :class:`ProrationMethod`, ``interval_months`` the length of the full period in months, 0 where it
    is a number of days: then every method counts actual days. Refuses a part that leaves the full period
    (:class:`PartOutsidePeriod`) and an unknown method (:class:`UnknownProrationMethod`).
    """
    if part == full:
        return WHOLE
    compute = _METHODS.get(method)
    if compute is None:
        raise UnknownProrationMethod(method=method)
    if not full.covers(part):
        raise PartOutsidePeriod(part=part, full=full)
    if part.is_empty:
        return NOTHING
    if not interval_months:
        return _actual(part, full, 0)
    return compute(part, full, interval_months)


def basis_days(full: Period, method: str, interval_months: int, *, part: Period | None = None) -> int:
    """The days that a share is counted in: 31 of January by ``actual``, 30 by ``actual_30``. For "14/31 days".

    ``own_period`` needs the part that it is the period of.
    """
    if method == ProrationMethod.ACTUAL or not interval_months:
        return full.days
    if method == ProrationMethod.ACTUAL_30:
        return 30 * interval_months
    if method == ProrationMethod.OWN_PERIOD:
        return _own_days(part or full, full, interval_months)
    return _length_30_360(full)


def _actual(part: Period, full: Period, interval_months: int) -> Fraction:
    return Fraction(part.days, full.days)


def _actual_30(part: Period, full: Period, interval_months: int) -> Fraction:
    # A part of 61 days out of 62 would be 61/60 of two months: no part costs more than the whole.
    return min(WHOLE, Fraction(part.days, 30 * interval_months))


def _strict_30_360(part: Period, full: Period, interval_months: int) -> Fraction:
    # The full period's own length, not 30 a month, so that its parts add up to 1 where an anchor day of 29 to 31 was
    # moved to the end of a shorter month too. In every other case they are the same.
    return Fraction(_length_30_360(part), _length_30_360(full))


def _own_period(part: Period, full: Period, interval_months: int) -> Fraction:
    # Begun on 31 January the own month is 28 days, of a full period that may have 31: never more than the whole.
    return min(WHOLE, Fraction(part.days, _own_days(part, full, interval_months)))


def _own_days(part: Period, full: Period, interval_months: int) -> int:
    """The days of one interval from the part's own start; what begins with the full period is counted in that."""
    if part.start_on == full.start_on:
        return full.days
    return (add_intervals(part.start_on, interval_months) - part.start_on).days


def _length_30_360(period: Period) -> int:
    """Days in a calendar of 30-day months: a 31st counts nothing, the last of February for those missing."""
    start_on, end_on = period
    months = (end_on.year - start_on.year) * 12 + end_on.month - start_on.month
    return months * 30 + end_on.day - start_on.day


_METHODS: dict[str, Callable[[Period, Period, int], Fraction]] = {
    ProrationMethod.ACTUAL: _actual,
    ProrationMethod.ACTUAL_30: _actual_30,
    ProrationMethod.STRICT_30_360: _strict_30_360,
    ProrationMethod.OWN_PERIOD: _own_period,
}
