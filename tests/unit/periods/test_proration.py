"""Shares of a period: the table and the example of ZUO-32, and what the methods promise."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.money.rounding import multiply_price
from tallystick.periods.anchor import first_cycle, full_period
from tallystick.periods.errors import PartOutsidePeriod, UnknownProrationMethod
from tallystick.periods.period import Period
from tallystick.periods.proration import ProrationMethod, share


def through(first: str, last: str) -> Period:
    """A period from its first to its last day, as ZUO-32 writes it."""
    return Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


@pytest.mark.rule("ZUO-32")
@pytest.mark.parametrize(
    ("first", "last", "actual", "actual_30", "strict_30_360"),
    [
        ("2021-01-27", "2021-01-31", "5/31", "5/30", "4/30"),
        ("2021-02-27", "2021-02-28", "2/28", "2/30", "4/30"),
        ("2020-02-01", "2020-02-29", "29/29", "29/30", "30/30"),
        ("2021-04-21", "2021-04-29", "9/30", "9/30", "9/30"),
    ],
)
def test_the_three_methods_of_the_table(first: str, last: str, actual: str, actual_30: str, strict_30_360: str) -> None:
    part = through(first, last)
    month = full_period(first_cycle(part.start_on.replace(day=1), 1, 1), part.start_on)
    assert share(part, month, "actual", 1) == Fraction(actual)
    assert share(part, month, "strict_30_360", 1) == Fraction(strict_30_360)
    # Ours: a full period is the whole of it by every method, so that nobody pays 29/30 for all of February.
    assert share(part, month, "actual_30", 1) == (1 if part == month else Fraction(actual_30))


@pytest.mark.rule("ZUO-32")
@pytest.mark.parametrize(
    ("method", "first_minor", "total_minor"), [("actual", 4516, 14516), ("actual_30", 4667, 14667)]
)
def test_100_a_month_from_1_january_with_cycle_day_15_through_14_february(
    method: str, first_minor: int, total_minor: int
) -> None:
    cycle = first_cycle(date(2026, 1, 1), 15, 1)
    first = through("2026-01-01", "2026-01-14")
    second = through("2026-01-15", "2026-02-14")
    amounts = [
        multiply_price(Decimal(100), 1, share(part, full_period(cycle, part.start_on), method, 1), 2)
        for part in (first, second)
    ]
    assert amounts == [first_minor, 10000]
    assert sum(amounts) == total_minor


@pytest.mark.parametrize("method", list(ProrationMethod))
@pytest.mark.parametrize(("first", "last"), [("2026-02-01", "2026-02-28"), ("2026-01-31", "2026-02-27")])
def test_the_full_period_is_exactly_one(method: str, first: str, last: str) -> None:
    assert share(through(first, last), through(first, last), method, 1) == 1


@pytest.mark.parametrize("method", list(ProrationMethod))
def test_no_day_is_nothing(method: str) -> None:
    month = through("2026-01-01", "2026-01-31")
    assert share(Period(date(2026, 1, 9), date(2026, 1, 9)), month, method, 1) == 0


def test_thirtieths_never_come_to_more_than_the_whole() -> None:
    two_months = through("2026-07-01", "2026-08-31")
    assert share(through("2026-07-01", "2026-08-30"), two_months, "actual_30", 2) == 1
    assert share(through("2026-07-01", "2026-07-15"), two_months, "actual_30", 2) == Fraction(15, 60)


def test_thirty_360_parts_add_up_where_the_anchor_was_moved_to_the_end_of_february() -> None:
    full = through("2026-01-31", "2026-02-27")
    parts = [through("2026-01-31", "2026-02-10"), through("2026-02-11", "2026-02-27")]
    assert [share(part, full, "strict_30_360", 1) for part in parts] == [Fraction(10, 27), Fraction(17, 27)]


def test_a_quarter_is_prorated_by_its_own_days() -> None:
    quarter = through("2026-01-01", "2026-03-31")
    assert share(through("2026-03-01", "2026-03-31"), quarter, "actual", 3) == Fraction(31, 90)
    assert share(through("2026-03-01", "2026-03-31"), quarter, "strict_30_360", 3) == Fraction(1, 3)


def test_a_part_that_leaves_its_full_period_is_refused() -> None:
    with pytest.raises(PartOutsidePeriod, match="2026-01-20"):
        share(through("2026-01-20", "2026-02-01"), through("2026-01-01", "2026-01-31"), "actual", 1)


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UnknownProrationMethod, match="halves"):
        share(through("2026-01-20", "2026-01-21"), through("2026-01-01", "2026-01-31"), "halves", 1)
