"""The month that a rollup is about."""

from datetime import date, timedelta

from tallystick.periods.anchor import Cycle, full_period
from tallystick.periods.period import Period
from tallystick.rollups.errors import MonthNotBegun

_MONTHS = Cycle(date(2000, 1, 1), 1, 1)


def month_of(on: date, *, as_of: date) -> Period:
    """The calendar month that a day lies in. Refuses one that begins after `as_of` (MonthNotBegun, DEM-39)."""
    month = full_period(_MONTHS, on)
    if month.start_on > as_of:
        raise MonthNotBegun(month=f"{month.start_on:%B %Y}")
    return month


def observed_day(month: Period, *, as_of: date) -> date:
    """The day of the month whose prices, discounts and running services count: today, or the last of a past month."""
    return min(as_of, month.end_on - timedelta(days=1))
