"""Billing cycles: every boundary is computed from the origin, so that the anchor day is never lost."""

from datetime import date

import pytest

from tallystick.periods.anchor import Cycle, boundary, first_cycle, full_period, index_of, next_boundary
from tallystick.periods.errors import InvalidCycle
from tallystick.periods.period import Period


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.rule("UNI-12")
def test_a_month_end_is_clamped_and_the_anchor_day_remembered() -> None:
    cycle = Cycle(day("2026-01-31"), 31, 1)
    boundaries = [boundary(cycle, n).isoformat() for n in range(5)]
    assert boundaries == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]


@pytest.mark.rule("UNI-12")
@pytest.mark.parametrize(
    ("origin", "anchor_day", "interval", "n", "expected"),
    [
        ("2023-10-31", 31, 4, 1, "2024-02-29"),
        ("2024-02-29", 29, 12, 1, "2025-02-28"),
        ("2024-02-29", 29, 12, 4, "2028-02-29"),
        ("2026-01-31", 31, 3, 1, "2026-04-30"),
        ("2026-01-31", 31, 3, 2, "2026-07-31"),
        ("2026-01-15", 15, 1, -1, "2025-12-15"),
        ("2026-03-31", 31, 1, -1, "2026-02-28"),
        ("1999-11-30", 30, 3, 1, "2000-02-29"),
        ("1899-11-30", 30, 3, 1, "1900-02-28"),
    ],
)
def test_the_nth_boundary_comes_from_the_origin(
    origin: str, anchor_day: int, interval: int, n: int, expected: str
) -> None:
    assert boundary(Cycle(day(origin), anchor_day, interval), n) == day(expected)


@pytest.mark.parametrize(
    ("starts_on", "anchor_day", "origin"),
    [
        ("2026-01-10", 15, "2026-01-15"),
        ("2026-01-10", 10, "2026-01-10"),
        ("2026-01-10", 9, "2026-02-09"),
        ("2026-01-31", 31, "2026-01-31"),
        ("2026-02-28", 31, "2026-02-28"),
        ("2026-12-20", 5, "2027-01-05"),
        ("2026-01-30", 29, "2026-02-28"),
    ],
)
def test_the_first_boundary_is_the_first_anchor_day_on_or_after_the_start(
    starts_on: str, anchor_day: int, origin: str
) -> None:
    assert first_cycle(day(starts_on), anchor_day, 1).origin_on == day(origin)


@pytest.mark.parametrize(
    ("on", "n"),
    [("2026-01-30", -1), ("2026-01-31", 0), ("2026-02-27", 0), ("2026-02-28", 1), ("2026-03-30", 1), ("2026-03-31", 2)],
)
def test_the_index_is_that_of_the_last_boundary_on_or_before_a_day(on: str, n: int) -> None:
    assert index_of(Cycle(day("2026-01-31"), 31, 1), day(on)) == n


def test_a_day_lies_in_one_full_period_of_the_grid() -> None:
    monthly = first_cycle(day("2026-01-10"), 15, 1)
    assert full_period(monthly, day("2026-01-10")) == Period(day("2025-12-15"), day("2026-01-15"))
    assert full_period(monthly, day("2026-01-15")) == Period(day("2026-01-15"), day("2026-02-15"))
    quarterly = first_cycle(day("2026-01-10"), 15, 3)
    assert full_period(quarterly, day("2026-04-14")) == Period(day("2026-01-15"), day("2026-04-15"))
    yearly = first_cycle(day("2026-01-10"), 15, 12)
    assert full_period(yearly, day("2026-01-10")) == Period(day("2025-01-15"), day("2026-01-15"))


def test_the_next_boundary_is_later_than_the_day_itself() -> None:
    cycle = first_cycle(day("2026-01-15"), 15, 1)
    assert next_boundary(cycle, day("2026-01-14")) == day("2026-01-15")
    assert next_boundary(cycle, day("2026-01-15")) == day("2026-02-15")


@pytest.mark.parametrize(
    ("anchor_day", "interval", "field"), [(0, 1, "anchor_day"), (32, 1, "anchor_day"), (1, 0, "interval_months")]
)
def test_a_cycle_that_makes_no_sense_is_refused(anchor_day: int, interval: int, field: str) -> None:
    with pytest.raises(InvalidCycle) as refusal:
        first_cycle(day("2026-01-01"), anchor_day, interval)
    assert refusal.value.field == field
