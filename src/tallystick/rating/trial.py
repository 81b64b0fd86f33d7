"""Trials: free or at a trial price until a day; then a service converts to its price, or expires (DEM-47, DEM-48).

A trial is not a discount: it ends by itself.
"""

from datetime import date, timedelta
from typing import Final, NamedTuple

from tallystick.periods.anchor import add_intervals
from tallystick.rating.errors import InvalidTrial

CONVERTS, EXPIRES = "converts", "expires"
ENDINGS: Final = (CONVERTS, EXPIRES)


class Trial(NamedTuple):
    """Until ``until_on`` (the first day after it) a service costs its trial price; then it converts, or ends."""

    until_on: date
    converts: bool = True


def first_day_after(
    starts_on: date, *, days: int = 0, periods: int = 0, interval_months: int = 1, interval_days: int = 0
) -> date:
    """The first day after a trial of so many days, or of so many billing periods counted from its own start.

    30 days from 31 January 2026 end on 2 March; one month from there on 28 February. Refuses both or neither, and
    less than none (:class:`InvalidTrial`).
    """
    if (days > 0) == (periods > 0) or days < 0 or periods < 0:
        raise InvalidTrial(given=f"{days} days and {periods} periods", reason="it is a number of one of the two")
    if days:
        return starts_on + timedelta(days=days)
    return add_intervals(starts_on, interval_months, interval_days, count=periods)
