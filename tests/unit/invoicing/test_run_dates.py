"""Dates of a bill run that look like a slip are warned about, on both sides of the border of what is usual."""

from datetime import date

import pytest

from tallystick.invoicing.core.run_dates import find_date_warnings

TODAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("target_on", "codes"),
    [
        (date(2026, 3, 31), []),
        (date(2026, 4, 30), []),  # a month after 31 March is the last day of April
        (date(2026, 5, 1), ["target_far_ahead"]),
        (date(2025, 9, 30), []),  # what is billed late is usual
    ],
)
def test_a_target_more_than_a_month_ahead_is_warned_about(target_on: date, codes: list[str]) -> None:
    assert [each.code for each in find_date_warnings(target_on, invoice_on=TODAY, today=TODAY)] == codes


@pytest.mark.parametrize(
    ("invoice_on", "codes"),
    [
        (date(2025, 9, 29), ["invoice_date_far_off"]),
        (date(2025, 9, 30), []),
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), ["invoice_date_far_off"]),
    ],
)
def test_an_invoice_date_more_than_six_months_off_is_warned_about(invoice_on: date, codes: list[str]) -> None:
    assert [each.code for each in find_date_warnings(TODAY, invoice_on=invoice_on, today=TODAY)] == codes


def test_without_an_invoice_date_invoices_carry_today_and_only_the_target_is_warned_about() -> None:
    warnings = find_date_warnings(date(2027, 3, 31), invoice_on=None, today=TODAY)
    assert [(each.code, each.field) for each in warnings] == [("target_far_ahead", "target_on")]
    assert warnings[0].message == (
        "The target date 2027-03-31 is 365 days after today, 2026-03-31: everything that falls due until then is "
        "billed now, several periods of a subscription at once."
    )
