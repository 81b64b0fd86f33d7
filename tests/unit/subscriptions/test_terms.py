"""Terms are renewed whole, and the day of the month is remembered."""

from datetime import date

import pytest

from tallystick.subscriptions.core.terms import compute_renewed_end


@pytest.mark.rule("ZUO-6")
@pytest.mark.parametrize(
    ("starts_on", "ends_on", "months", "until_on", "expected"),
    [
        (date(2025, 3, 1), date(2026, 3, 1), 12, date(2026, 3, 1), date(2027, 3, 1)),
        (date(2025, 3, 1), date(2026, 3, 1), 12, date(2028, 3, 1), date(2029, 3, 1)),
        (date(2026, 1, 31), date(2026, 2, 28), 1, date(2026, 2, 28), date(2026, 3, 31)),
        (date(2026, 1, 10), date(2026, 2, 28), 1, date(2026, 2, 28), date(2026, 3, 28)),
        (date(2024, 2, 29), date(2025, 2, 28), 12, date(2027, 12, 31), date(2028, 2, 29)),
    ],
)
def test_an_end_moves_by_whole_terms_until_it_lies_after_the_day(
    starts_on: date, ends_on: date, months: int, until_on: date, expected: date
) -> None:
    assert compute_renewed_end(starts_on=starts_on, ends_on=ends_on, months=months, until_on=until_on) == expected
