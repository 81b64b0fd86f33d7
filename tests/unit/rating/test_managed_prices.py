"""The worked tables of list prices by the seat: cadence, seats, discount, seats added in the middle."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tallystick.catalog.core.list_price import ListPriceRule, compute_monthly_price
from tallystick.catalog.errors import InvalidListPrice
from tallystick.periods.convention import Convention, Span, split_at_change
from tallystick.periods.errors import MixedUnits
from tallystick.periods.period import Period
from tallystick.rating.change import prorate_price, rate_change
from tallystick.rating.charge import rate, rate_part
from tallystick.rating.discount import Discount
from tallystick.rating.recurring_value import monthly_minor
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]

ON = date(2026, 1, 1)
YEARLY, MONTHLY = "900.00", "86.00"


def off(percent: int) -> tuple[Discount, ...]:
    return (Discount("percent", Decimal(percent), None, None, "Agreed"),) if percent else ()


@pytest.mark.rule("DEM-36")
@pytest.mark.parametrize(
    ("yearly", "monthly"), [("240.00", 23), ("900.00", 86), ("1800.00", 172), ("1810.434783", 174)]
)
def test_a_month_is_the_year_and_15_percent_rounded_half_even_to_whole_euros(yearly: str, monthly: int) -> None:
    assert compute_monthly_price(Decimal(yearly), rule=ListPriceRule()) == monthly


@pytest.mark.parametrize(
    ("yearly", "rule"),
    [
        ("-1", ListPriceRule()),
        ("NaN", ListPriceRule()),
        ("12", ListPriceRule(markup_percent=Decimal(-1))),
        ("12", ListPriceRule(step=Decimal(0))),
    ],
)
def test_a_list_price_rule_that_makes_no_sense_is_refused(yearly: str, rule: ListPriceRule) -> None:
    with pytest.raises(InvalidListPrice):
        compute_monthly_price(Decimal(yearly), rule=rule)


@pytest.mark.rule("DEM-37")
@pytest.mark.rule("DEM-42")
@pytest.mark.parametrize(
    ("months", "seats", "percent", "invoice", "mrr"),
    [
        (12, 3, 0, 270000, 22500),
        (1, 3, 0, 25800, 25800),
        (12, 2, 20, 144000, 12000),
        (12, 5, 0, 450000, 37500),
        (1, 5, 0, 43000, 43000),
    ],
)
def test_the_invoice_and_the_monthly_value_come_from_one_price(
    make_terms: MakeTerms, months: int, seats: int, percent: int, invoice: int, mrr: int
) -> None:
    unit_price = YEARLY if months == 12 else MONTHLY
    terms = make_terms(interval_months=months, unit_price=unit_price, quantity=seats, discounts=off(percent))
    assert sum(charge.amount_minor for charge in rate(terms, ON)) == invoice
    assert monthly_minor(terms, ON) == mrr


@pytest.mark.rule("DEM-42")
def test_two_seats_added_with_180_of_365_days_left_bear_the_agreed_discount(make_terms: MakeTerms) -> None:
    added = make_terms(interval_months=12, unit_price=YEARLY, quantity=2, discounts=off(10))
    year = Period(ON, date(2027, 1, 1))
    left = Period(year.end_on - timedelta(days=180), year.end_on)
    assert sum(charge.amount_minor for charge in rate_part(added, left, year)) == 79890
    assert sum(charge.amount_minor for charge in rate_part(added, year, year)) == 162000


@pytest.mark.rule("DEM-44")
def test_a_seat_added_with_10_of_30_days_left(make_terms: MakeTerms) -> None:
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    left = Period(date(2026, 4, 21), date(2026, 5, 1))
    change = rate_change(None, make_terms(unit_price=MONTHLY), left=left, full=april)
    assert change.amount_minor == 2867
    assert prorate_price(Decimal(MONTHLY), part=left, full=april, exponent=2) == 2867


@pytest.mark.rule("BIL-26")
def test_a_change_costs_new_minus_old_for_the_days_left(make_terms: MakeTerms) -> None:
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    small, large = make_terms(unit_price="10.00"), make_terms(unit_price="30.00")
    _, left = split_at_change(april, date(2026, 4, 11), Convention())
    assert rate_change(small, large, left=left, full=april).amount_minor == 1333
    assert rate_change(large, small, left=left, full=april).amount_minor == -1333
    given_back = rate_change(large, small, left=left, full=april).given_back
    assert [charge.amount_minor for charge in given_back] == [-2000]
    nothing = Period(april.end_on, april.end_on)
    assert rate_change(small, large, left=nothing, full=april).amount_minor == 0


@pytest.mark.rule("BIL-26")
def test_whose_the_day_of_the_change_is_decides_about_one_day(make_terms: MakeTerms) -> None:
    april = Period(date(2026, 4, 1), date(2026, 5, 1))
    small, large = make_terms(unit_price="10.00"), make_terms(unit_price="40.00")
    amounts = []
    for owner in ("new", "old"):
        _, left = split_at_change(april, date(2026, 4, 11), Convention(change_day=owner))
        amounts.append(rate_change(small, large, left=left, full=april).amount_minor)
    assert amounts == [2000, 1900]


def test_a_change_to_the_second() -> None:
    april = Span(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
    left = Span(datetime(2026, 4, 15, 18, tzinfo=UTC), april.end_at)
    assert prorate_price(Decimal("72.00"), part=left, full=april, exponent=2) == 7200 * 61 // 120
    with pytest.raises(MixedUnits):
        prorate_price(Decimal(1), part=left, full=Period(date(2026, 4, 1), date(2026, 5, 1)), exponent=2)
