"""Business days: Monday to Friday without holidays."""

from datetime import date, timedelta

import pytest

from tallystick.periods.business_days import add_business_days, is_business_day
from tallystick.periods.errors import NoBusinessDay

FRIDAY = date(2026, 10, 30)
SATURDAY = date(2026, 10, 31)
MONDAY = date(2026, 11, 2)
TUESDAY = date(2026, 11, 3)


@pytest.mark.parametrize(
    ("on", "n", "expected"),
    [
        (FRIDAY, 0, FRIDAY),
        (SATURDAY, 0, MONDAY),
        (FRIDAY, 1, MONDAY),
        (SATURDAY, 1, MONDAY),
        (FRIDAY, 2, TUESDAY),
        (FRIDAY, 5, date(2026, 11, 6)),
        (MONDAY, -1, FRIDAY),
        (SATURDAY, -1, FRIDAY),
    ],
)
def test_weekends_are_left_out(on: date, n: int, expected: date) -> None:
    assert add_business_days(on, n) == expected


def test_holidays_are_left_out_too() -> None:
    assert not is_business_day(MONDAY, {MONDAY})
    assert is_business_day(MONDAY)
    assert add_business_days(FRIDAY, 1, {MONDAY}) == TUESDAY
    assert add_business_days(MONDAY, 0, {MONDAY}) == TUESDAY


def test_a_calendar_without_open_days_is_refused_instead_of_searched_for_ever() -> None:
    closed = {FRIDAY + timedelta(days=n) for n in range(200)}
    with pytest.raises(NoBusinessDay):
        add_business_days(FRIDAY, 1, closed)
