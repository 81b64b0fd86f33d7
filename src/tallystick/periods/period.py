"""A half-open period of days: the start belongs to it, the end does not."""

from datetime import date
from typing import NamedTuple, Self

from tallystick.periods.errors import PeriodReversed


class Period(NamedTuple):
    """The days from ``start_on`` up to but without ``end_on``. From outside data make one with :func:`period`."""

    start_on: date
    end_on: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end_on - self.start_on).days

    @property
    def is_empty(self) -> bool:
        """Whether it has no day at all."""
        return self.end_on <= self.start_on

    def contains(self, on: date) -> bool:
        """Whether a day belongs to it."""
        return self.start_on <= on < self.end_on

    def covers(self, other: "Period") -> bool:
        """Whether every day of another period belongs to it."""
        return other.is_empty or (self.start_on <= other.start_on and other.end_on <= self.end_on)

    def intersection(self, other: "Period") -> Self:
        """The days of both; an empty period where they share none."""
        start_on = max(self.start_on, other.start_on)
        return type(self)(start_on, max(start_on, min(self.end_on, other.end_on)))


def period(start_on: date, end_on: date) -> Period:
    """A checked period; refuses an end before its start with :class:`PeriodReversed`. It may be empty."""
    if end_on < start_on:
        raise PeriodReversed(start_on=start_on, end_on=end_on)
    return Period(start_on, end_on)
