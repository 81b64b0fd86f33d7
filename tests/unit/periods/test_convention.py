"""Conventions of proration: whose the day of a change is, whether that of a cancellation is billed, days or seconds."""

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from tallystick.periods.convention import (
    Convention,
    Span,
    first_day_without,
    share_by,
    split_at_change,
    split_at_instant,
)
from tallystick.periods.errors import PartOutsidePeriod
from tallystick.periods.period import Period

APRIL = Period(date(2026, 4, 1), date(2026, 5, 1))
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("owner", "changed_on", "days"),
    [
        ("new", "2026-04-11", (10, 20)),
        ("old", "2026-04-11", (11, 19)),
        ("new", "2026-04-01", (0, 30)),
        ("old", "2026-04-30", (30, 0)),
        ("new", "2026-03-15", (0, 30)),
        ("old", "2026-07-01", (30, 0)),
    ],
)
def test_the_day_of_a_change_belongs_to_the_new_or_to_the_old(
    owner: str, changed_on: str, days: tuple[int, int]
) -> None:
    before, after = split_at_change(APRIL, date.fromisoformat(changed_on), Convention(change_day=owner))
    assert (before.days, after.days) == days
    assert (before.start_on, before.end_on, after.end_on) == (APRIL.start_on, after.start_on, APRIL.end_on)


def test_the_day_of_a_cancellation_is_billed_or_not() -> None:
    assert first_day_without(date(2026, 4, 30), Convention()) == date(2026, 4, 30)
    assert first_day_without(date(2026, 4, 30), Convention(bills_cancellation_day=True)) == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("method", "share"),
    [("actual", (5, 31)), ("actual_30", (5, 30)), ("strict_30_360", (5, 30)), ("own_period", (5, 31))],
)
def test_what_stands_below_the_line(method: str, share: tuple[int, int]) -> None:
    full = Period(date(2026, 1, 15), date(2026, 2, 15))
    part = Period(date(2026, 2, 10), date(2026, 2, 15))
    days = {"own_period": Fraction(5, 28)}.get(method, Fraction(*share))
    assert share_by(part, full, Convention(method=method), interval_months=1) == days


def test_seconds_are_real_ones_over_the_begin_of_summer_time() -> None:
    day = Span(datetime(2026, 3, 29, tzinfo=AMSTERDAM), datetime(2026, 3, 30, tzinfo=AMSTERDAM))
    in_utc = Span(*(each.astimezone(UTC) for each in day))
    _, left = split_at_instant(in_utc, datetime(2026, 3, 29, 18, tzinfo=AMSTERDAM).astimezone(UTC))
    assert share_by(left, in_utc, Convention(unit="second"), interval_months=1) == Fraction(6, 23)


def test_seconds_outside_are_refused() -> None:
    day = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC))
    later = Span(datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC))
    with pytest.raises(PartOutsidePeriod):
        share_by(later, day, Convention(), interval_months=1)
