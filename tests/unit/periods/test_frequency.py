"""Frequencies (CRM-3) and where their periods begin (CRM-4)."""

from datetime import date
from fractions import Fraction

import pytest

from tallystick.periods.anchor import LAST_DAY, boundary, first_cycle, full_period, index_of, shared_cycle
from tallystick.periods.errors import InvalidCycle, InvalidFrequency
from tallystick.periods.frequency import Frequency, check_frequency, parse_frequency, write_frequency
from tallystick.periods.period import Period
from tallystick.periods.proration import ProrationMethod, basis_days, share


@pytest.mark.rule("CRM-3")
@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("daily", (0, 1)),
        ("weekly", (0, 7)),
        ("monthly", (1, 0)),
        ("quarterly", (3, 0)),
        ("half-yearly", (6, 0)),
        ("yearly", (12, 0)),
        ("two-yearly", (24, 0)),
        ("every 10 days", (0, 10)),
        ("every 4 weeks", (0, 28)),
        ("every 5 months", (5, 0)),
        ("every 3 years", (36, 0)),
    ],
)
def test_seven_frequencies_have_names_and_any_other_is_written_out(text: str, frequency: tuple[int, int]) -> None:
    assert parse_frequency(text) == frequency
    assert write_frequency(Frequency(*frequency)) == text


def test_the_same_frequency_may_be_written_in_other_units() -> None:
    assert parse_frequency("12 months") == parse_frequency("1 year") == parse_frequency("yearly")
    assert parse_frequency("7 days") == parse_frequency("weekly")


@pytest.mark.parametrize("text", ["", "often", "0 days", "every 121 months", "3661 days", "-1 days", "2 fortnights"])
def test_what_is_no_frequency_is_refused(text: str) -> None:
    with pytest.raises(InvalidFrequency):
        parse_frequency(text)


def test_a_frequency_is_of_months_or_of_days() -> None:
    with pytest.raises(InvalidFrequency, match="one of the two"):
        check_frequency(1, 1)
    assert check_frequency(0, 3) == Frequency(0, 3)


@pytest.mark.rule("CRM-3")
def test_days_and_weeks_are_a_grid_from_the_start() -> None:
    weekly = first_cycle(date(2026, 1, 7), 1, 0, 7)
    assert [boundary(weekly, n) for n in (-1, 0, 1, 60)] == [
        date(2025, 12, 31),
        date(2026, 1, 7),
        date(2026, 1, 14),
        date(2027, 3, 3),
    ]
    assert index_of(weekly, date(2026, 1, 13)) == 0
    assert full_period(weekly, date(2026, 1, 6)) == Period(date(2025, 12, 31), date(2026, 1, 7))


@pytest.mark.rule("CRM-4")
@pytest.mark.parametrize(
    ("interval", "day", "first"),
    [
        ((1, 0), 1, "2026-03-01"),
        ((1, 0), 15, "2026-02-15"),
        ((3, 0), 1, "2026-04-01"),
        ((12, 0), 1, "2027-01-01"),
        ((1, 0), LAST_DAY, "2026-02-28"),
        ((0, 7), 1, "2026-02-16"),
    ],
)
def test_by_the_method_period_everybody_is_billed_on_the_same_days(
    interval: tuple[int, int], day: int, first: str
) -> None:
    early, late = (shared_cycle(date(2026, 2, start), day, *interval) for start in (11, 12))
    assert early.origin_on == late.origin_on == date.fromisoformat(first)


@pytest.mark.rule("CRM-4")
def test_by_the_method_anniversary_each_has_a_day_of_its_own_or_the_last_of_the_month() -> None:
    own = first_cycle(date(2026, 1, 20), 20, 1)
    last = first_cycle(date(2026, 1, 20), LAST_DAY, 1)
    assert [boundary(own, n).day for n in range(3)] == [20, 20, 20]
    assert [boundary(last, n).isoformat()[5:] for n in range(3)] == ["01-31", "02-28", "03-31"]


@pytest.mark.parametrize("interval", [(0, 0), (1, 1), (0, -1), (-1, 0)])
def test_a_cycle_is_of_months_or_of_days(interval: tuple[int, int]) -> None:
    for make in (first_cycle, shared_cycle):
        with pytest.raises(InvalidCycle):
            make(date(2026, 1, 1), 1, *interval)


def test_part_of_a_number_of_days_is_counted_in_those_by_every_method() -> None:
    week = Period(date(2026, 1, 7), date(2026, 1, 14))
    part = Period(date(2026, 1, 12), date(2026, 1, 14))
    for method in ProrationMethod:
        assert share(part, week, method, 0) == Fraction(2, 7)
        assert basis_days(week, method, 0, part=part) == 7
