"""Charges: one for each due period and its discounts, each rounded once, each explaining itself."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.rating.charge import Charge, rate
from tallystick.rating.discount import Discount
from tallystick.rating.errors import NoPrice, OneOffPriceRecurring
from tallystick.rating.explanation import explain
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]

LOYALTY = Discount("percent", Decimal(10), None, None, "Loyalty")
FIVE_OFF = Discount("amount", Decimal(5), None, None, "Welcome")


def figures(charges: tuple[Charge, ...]) -> list[tuple[str, int, str]]:
    return [(charge.kind, charge.amount_minor, explain(charge)) for charge in charges]


@pytest.mark.rule("ZUO-32")
@pytest.mark.parametrize(
    ("method", "amounts"), [("actual", [4516, 10000]), ("actual_30", [4667, 10000]), ("strict_30_360", [4667, 10000])]
)
def test_100_a_month_from_1_january_with_cycle_day_15_and_target_14_february(
    make_terms: MakeTerms, method: str, amounts: list[int]
) -> None:
    terms = make_terms(anchor_day=15, unit_price="100", proration_method=method)
    assert [charge.amount_minor for charge in rate(terms, date(2026, 2, 14))] == amounts


@pytest.mark.rule("ZUO-32")
def test_without_the_partial_month_the_example_comes_to_100(make_terms: MakeTerms) -> None:
    terms = make_terms(anchor_day=15, unit_price="100", bills_partial_first=False)
    assert [charge.amount_minor for charge in rate(terms, date(2026, 2, 14))] == [10000]


def test_a_charge_carries_all_that_a_line_needs(make_terms: MakeTerms) -> None:
    (charge,) = rate(make_terms(quantity=2), date(2026, 1, 1))
    assert charge == Charge(
        subscription_service_id=7,
        kind="recurring",
        period_start=date(2026, 1, 1),
        period_end=date(2026, 2, 1),
        quantity=2,
        unit_price=Decimal("10.00"),
        share=Fraction(1),
        amount_minor=2000,
        label="",
        currency="EUR",
    )


def test_discounts_follow_the_charge_of_their_period(make_terms: MakeTerms) -> None:
    terms = make_terms(quantity=2, anchor_day=15, discounts=(LOYALTY, FIVE_OFF))
    assert figures(rate(terms, date(2026, 1, 15))) == [
        ("recurring", 903, "2 × 10.00 × 14/31 days"),
        ("discount", -90, "10 % of 9.03"),
        ("discount", -226, "5.00 off × 14/31 days"),
        ("recurring", 2000, "2 × 10.00"),
        ("discount", -200, "10 % of 20.00"),
        ("discount", -500, "5.00 off"),
    ]
    assert [charge.label for charge in rate(terms, date(2026, 1, 1))] == ["", "Loyalty", "Welcome"]


def test_a_discount_never_takes_more_than_there_is(make_terms: MakeTerms) -> None:
    terms = make_terms(unit_price="3.00", discounts=(FIVE_OFF,))
    charges = rate(terms, date(2026, 1, 1))
    assert figures(charges)[1] == ("discount", -300, "5.00 off, at most what was left: 3.00")
    assert sum(charge.amount_minor for charge in charges) == 0


def test_a_negotiated_adjustment_may_raise_the_charge(make_terms: MakeTerms) -> None:
    terms = make_terms(discounts=(Discount("amount", Decimal("-2.25"), None, None, "Negotiated adjustment"),))
    assert figures(rate(terms, date(2026, 1, 1)))[1] == ("discount", 225, "2.25 added")


def test_price_and_discount_are_looked_up_on_the_first_day_billed_not_on_that_of_the_grid(
    make_terms: MakeTerms,
) -> None:
    from_the_start = Price("per_unit", Decimal("31.00"), "EUR", date(2026, 1, 1), None)
    welcome = Discount("percent", Decimal(50), date(2026, 1, 1), date(2026, 1, 2), "Welcome")
    terms = make_terms(anchor_day=15, prices=(from_the_start,), discounts=(welcome,))
    assert [charge.amount_minor for charge in rate(terms, date(2026, 1, 15))] == [1400, -700, 3100]


def test_the_price_on_the_first_day_counts_for_the_whole_period(make_terms: MakeTerms) -> None:
    raised = Price("per_unit", Decimal("12.00"), "EUR", date(2026, 2, 15), None)
    until_then = Price("per_unit", Decimal("10.00"), "EUR", date(2026, 1, 1), date(2026, 2, 15))
    charges = rate(make_terms(prices=(until_then, raised)), date(2026, 3, 1))
    assert [charge.amount_minor for charge in charges] == [1000, 1000, 1200]


def test_an_agreed_price_goes_first_while_it_is_in_force(make_terms: MakeTerms) -> None:
    agreed = Price("per_unit", Decimal("8.00"), "EUR", date(2026, 1, 1), date(2026, 2, 1))
    charges = rate(make_terms(override_price=agreed), date(2026, 2, 1))
    assert [charge.amount_minor for charge in charges] == [800, 1000]


def test_a_period_without_a_price_is_refused_naming_service_and_date(make_terms: MakeTerms) -> None:
    ended = Price("per_unit", Decimal("10.00"), "EUR", date(2026, 1, 1), date(2026, 2, 1))
    with pytest.raises(NoPrice, match="Phone line on 2026-02-01"):
        rate(make_terms(prices=(ended,)), date(2026, 2, 1))
    with pytest.raises(NoPrice, match="subscription service 7"):
        rate(make_terms(prices=(), service=""), date(2026, 1, 1))


def test_a_flat_price_does_not_depend_on_the_quantity(make_terms: MakeTerms) -> None:
    (charge,) = rate(make_terms(model="flat", quantity=10), date(2026, 1, 1))
    assert (charge.quantity, charge.amount_minor, explain(charge)) == (1, 1000, "10.00")


@pytest.mark.rule("CRM-48")
def test_a_one_off_service_is_charged_in_full_once(make_terms: MakeTerms) -> None:
    terms = make_terms(
        model="one_off", is_one_off=True, starts_on="2026-01-10", quantity=2, unit_price="80", discounts=(LOYALTY,)
    )
    charges = rate(terms, date(2026, 3, 1))
    assert figures(charges) == [("one_off", 16000, "2 × 80.00"), ("discount", -1600, "10 % of 160.00")]
    assert rate(terms._replace(billed_through=charges[0].period_end), date(2026, 3, 1)) == ()


def test_a_one_off_price_can_not_recur(make_terms: MakeTerms) -> None:
    with pytest.raises(OneOffPriceRecurring, match="Phone line recurs"):
        rate(make_terms(model="one_off"), date(2026, 1, 1))


def test_a_price_of_nothing_is_still_a_charge(make_terms: MakeTerms) -> None:
    assert figures(rate(make_terms(unit_price="0"), date(2026, 1, 1))) == [("recurring", 0, "0.00")]


@pytest.mark.parametrize(
    ("currency", "unit_price", "amount", "text"),
    [("JPY", "1000", 452, "1,000 × 14/31 days"), ("KWD", "1.000", 452, "1.000 × 14/31 days")],
)
def test_currencies_round_to_their_own_decimals(
    make_terms: MakeTerms, currency: str, unit_price: str, amount: int, text: str
) -> None:
    (charge,) = rate(make_terms(anchor_day=15, currency=currency, unit_price=unit_price), date(2026, 1, 14))
    assert (charge.amount_minor, explain(charge)) == (amount, text)


@pytest.mark.parametrize(
    ("method", "text"),
    [("actual", "10.00 × 2/28 days"), ("actual_30", "10.00 × 2/30 days"), ("strict_30_360", "10.00 × 4/30 days")],
)
def test_the_explanation_counts_days_as_the_method_does(make_terms: MakeTerms, method: str, text: str) -> None:
    terms = make_terms(billed_through="2026-02-27", proration_method=method)
    (charge,) = rate(terms, date(2026, 2, 28))
    assert explain(charge) == text


def test_a_price_with_more_decimals_is_written_with_them(make_terms: MakeTerms) -> None:
    (charge,) = rate(make_terms(unit_price="0.001500", quantity=Decimal("2500.50")), date(2026, 1, 1))
    assert (charge.amount_minor, explain(charge)) == (375, "2500.5 × 0.0015")
