"""What a service is worth a month (MRR): what is billed, brought to a month, not rounded."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.rating.discount import Discount
from tallystick.rating.price import Price
from tallystick.rating.recurring_value import monthly_minor
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]

ON = date(2026, 6, 10)


@pytest.mark.rule("DEM-37")
@pytest.mark.parametrize(
    ("interval_months", "unit_price", "quantity", "monthly"),
    [(1, "10.00", 3, 3000), (3, "30.00", 1, 1000), (12, "900.00", 1, 7500), (12, "100.00", 1, Fraction(10000, 12))],
)
def test_a_price_counts_by_the_month(
    make_terms: MakeTerms, interval_months: int, unit_price: str, quantity: int, monthly: Fraction | int
) -> None:
    terms = make_terms(interval_months=interval_months, unit_price=unit_price, quantity=quantity)
    assert monthly_minor(terms, ON) == monthly


@pytest.mark.rule("DEM-37")
def test_discounts_are_taken_off(make_terms: MakeTerms) -> None:
    ten = Discount("percent", Decimal(10), None, None, "")
    assert monthly_minor(make_terms(interval_months=12, unit_price="900", discounts=(ten,)), ON) == 6750
    five = Discount("amount", Decimal(5), None, None, "")
    assert monthly_minor(make_terms(discounts=(ten, five)), ON) == 400


def test_a_one_off_service_and_one_outside_its_life_are_worth_nothing_a_month(make_terms: MakeTerms) -> None:
    assert monthly_minor(make_terms(is_one_off=True), ON) == 0
    assert monthly_minor(make_terms(starts_on="2026-06-11"), ON) == 0
    assert monthly_minor(make_terms(ends_on="2026-06-10"), ON) == 0
    assert monthly_minor(make_terms(ends_on="2026-06-11"), ON) == 1000


def test_a_partial_first_month_is_worth_a_full_one(make_terms: MakeTerms) -> None:
    terms = make_terms(starts_on="2026-06-08", anchor_day=1)
    assert monthly_minor(terms, ON) == 1000
    since_the_start = Price("per_unit", Decimal("12.00"), "EUR", date(2026, 6, 8), None)
    assert monthly_minor(terms._replace(prices=(since_the_start,)), ON) == 1200


def test_a_price_that_changes_in_the_period_counts_from_the_next_one(make_terms: MakeTerms) -> None:
    old = Price("per_unit", Decimal("10.00"), "EUR", date(2026, 1, 1), date(2026, 6, 5))
    new = Price("per_unit", Decimal("12.00"), "EUR", date(2026, 6, 5), None)
    terms = make_terms(prices=(old, new))
    assert [monthly_minor(terms, on) for on in (ON, date(2026, 7, 1))] == [1000, 1200]
