"""Ages of what is owed, and a month day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tallystick.periods.period import Period
from tallystick.rollups.core.months import month_of, observed_day
from tallystick.rollups.core.receivables import (
    AGEING_BUCKETS,
    CollectionDay,
    DayMovement,
    compute_ageing,
    compute_month,
    find_age_bucket,
)
from tallystick.rollups.errors import MonthNotBegun

TODAY = date(2026, 6, 30)


@pytest.mark.parametrize(
    ("overdue_days", "bucket"),
    [
        (-5, "not due"), (0, "not due"), (1, "1-30 days"), (30, "1-30 days"), (31, "31-60 days"), (60, "31-60 days"),
        (61, "61-90 days"), (90, "61-90 days"), (91, "over 90 days"), (900, "over 90 days"),
    ],
)  # fmt: skip
def test_the_age_of_what_is_overdue(overdue_days: int, bucket: str) -> None:
    due_on = TODAY - timedelta(days=overdue_days)
    assert AGEING_BUCKETS[find_age_bucket(due_on, as_of=TODAY)] == bucket


def test_open_amounts_are_summed_by_age() -> None:
    due = [(TODAY, 1_00), (date(2026, 6, 29), 10_00), (date(2026, 6, 1), 20_00), (date(2026, 1, 1), 500_00)]
    assert compute_ageing(due, as_of=TODAY) == (1_00, 30_00, 0, 0, 500_00)


def test_a_month_counts_what_came_before_on_its_first_day_and_what_came_after_apart() -> None:
    movements = [
        DayMovement("EUR", date(2026, 2, 1), 90_00, 0),
        DayMovement("EUR", date(2026, 1, 31), 0, 5_00),
        DayMovement("EUR", date(2026, 2, 3), 10_00, 40_00),
        DayMovement("EUR", date(2026, 3, 1), 0, 7_00),
    ]
    month = compute_month("EUR", movements=movements, month=Period(date(2026, 2, 1), date(2026, 3, 1)))
    assert len(month.days) == 28
    assert month.days[0] == CollectionDay(date(2026, 2, 1), 90_00, 5_00, 90_00, 5_00)
    assert month.days[2] == CollectionDay(date(2026, 2, 3), 10_00, 40_00, 100_00, 45_00)
    assert month.days[27] == CollectionDay(date(2026, 2, 28), 0, 0, 100_00, 45_00)
    assert month.collected_later_minor == 7_00


def test_a_month_is_the_calendars_and_must_have_begun() -> None:
    assert month_of(date(2026, 2, 17), as_of=date(2026, 2, 1)) == (date(2026, 2, 1), date(2026, 3, 1))
    assert month_of(date(1999, 12, 31), as_of=TODAY) == (date(1999, 12, 1), date(2000, 1, 1))
    with pytest.raises(MonthNotBegun, match="March 2026 has not begun"):
        month_of(date(2026, 3, 17), as_of=date(2026, 2, 28))


def test_a_past_month_is_looked_at_on_its_last_day_and_the_present_one_today() -> None:
    february = Period(date(2026, 2, 1), date(2026, 3, 1))
    assert observed_day(february, as_of=date(2026, 2, 17)) == date(2026, 2, 17)
    assert observed_day(february, as_of=TODAY) == date(2026, 2, 28)
