"""A period is half-open: its start belongs to it, its end does not."""

from datetime import date

import pytest

from tallystick.periods.errors import PeriodReversed
from tallystick.periods.period import Period, period

JANUARY = period(date(2026, 1, 1), date(2026, 2, 1))


def test_the_start_belongs_to_it_and_the_end_does_not() -> None:
    assert JANUARY.days == 31
    assert JANUARY.contains(date(2026, 1, 1))
    assert JANUARY.contains(date(2026, 1, 31))
    assert not JANUARY.contains(date(2026, 2, 1))
    assert not JANUARY.contains(date(2025, 12, 31))


def test_an_end_before_the_start_is_refused() -> None:
    with pytest.raises(PeriodReversed, match="2026-01-01"):
        period(date(2026, 1, 2), date(2026, 1, 1))


def test_a_period_without_days_is_empty() -> None:
    empty = period(date(2026, 1, 1), date(2026, 1, 1))
    assert empty.is_empty
    assert empty.days == 0
    assert not empty.contains(date(2026, 1, 1))
    assert not JANUARY.is_empty


@pytest.mark.parametrize(
    ("start_on", "end_on", "both"),
    [
        ("2026-01-10", "2026-01-15", ("2026-01-10", "2026-01-15")),
        ("2025-12-15", "2026-01-15", ("2026-01-01", "2026-01-15")),
        ("2026-01-15", "2026-03-01", ("2026-01-15", "2026-02-01")),
        ("2025-01-01", "2027-01-01", ("2026-01-01", "2026-02-01")),
    ],
)
def test_the_intersection_has_the_days_of_both(start_on: str, end_on: str, both: tuple[str, str]) -> None:
    other = period(date.fromisoformat(start_on), date.fromisoformat(end_on))
    expected = Period(date.fromisoformat(both[0]), date.fromisoformat(both[1]))
    assert JANUARY.intersection(other) == expected == other.intersection(JANUARY)


def test_periods_that_only_touch_or_are_apart_share_no_day() -> None:
    assert JANUARY.intersection(Period(date(2026, 2, 1), date(2026, 3, 1))).is_empty
    assert JANUARY.intersection(Period(date(2026, 5, 1), date(2026, 6, 1))).is_empty


def test_a_period_covers_its_parts_and_every_empty_period() -> None:
    assert JANUARY.covers(JANUARY)
    assert JANUARY.covers(Period(date(2026, 1, 5), date(2026, 1, 6)))
    assert not JANUARY.covers(Period(date(2026, 1, 5), date(2026, 2, 2)))
    assert JANUARY.covers(Period(date(2030, 1, 1), date(2030, 1, 1)))
