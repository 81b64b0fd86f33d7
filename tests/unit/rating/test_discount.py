"""Discounts: in the given order, each on what is left, never below a total of 0 (docs/rules/rating.md)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.rating.discount import Discount, check_discount, list_reductions, reduce_exactly
from tallystick.rating.errors import InvalidDiscount

ON = date(2026, 1, 1)
WHOLE = Fraction(1)


def percent(value: str, from_on: date | None = None, until_on: date | None = None) -> Discount:
    return Discount("percent", Decimal(value), from_on, until_on, f"{value} %")


def amount(value: str) -> Discount:
    return Discount("amount", Decimal(value), None, None, f"{value} off")


@pytest.mark.parametrize(
    ("rated", "discounts", "share", "reductions"),
    [
        (2000, [percent("10")], "1", [200]),
        (2000, [percent("10"), amount("5")], "1", [200, 500]),
        (2000, [amount("5"), percent("10")], "1", [500, 150]),
        (2000, [percent("50"), percent("50")], "1", [1000, 500]),
        (903, [percent("10")], "14/31", [90]),
        (903, [amount("5")], "14/31", [226]),
        (300, [amount("5")], "1", [300]),
        (300, [amount("5"), percent("10")], "1", [300]),
        (2000, [percent("100"), amount("5")], "1", [2000]),
        (2000, [amount("-3.50")], "1", [-350]),
        (2000, [amount("-3.50")], "1/2", [-175]),
        (2000, [percent("100"), amount("-3.50")], "1", [2000, -350]),
        (5, [percent("50")], "1", [3]),
        (0, [percent("10"), amount("5")], "1", []),
        (-1000, [percent("10")], "1", [-100]),
        (-1000, [amount("5")], "1", []),
        (2000, [percent("12.5")], "1", [250]),
    ],
)
def test_each_discount_takes_from_what_is_left(
    rated: int, discounts: list[Discount], share: str, reductions: list[int]
) -> None:
    found = list_reductions(rated, discounts, on=ON, share=Fraction(share), exponent=2)
    assert [reduction.reduction_minor for reduction in found] == reductions


@pytest.mark.rule("DEM-38")
def test_900_at_10_percent_is_810() -> None:
    found = list_reductions(90000, [percent("10")], on=ON, share=WHOLE, exponent=2)
    assert 90000 - found[0].reduction_minor == 81000


def test_a_discount_counts_when_it_is_in_force_on_the_first_day() -> None:
    limited = percent("10", date(2026, 1, 1), date(2026, 4, 1))
    counted = [
        bool(list_reductions(1000, [limited], on=on, share=WHOLE, exponent=2))
        for on in (date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1))
    ]
    assert counted == [False, True, True, False]


def test_without_rounding_the_same_rules_hold() -> None:
    full = Fraction(1001)
    assert reduce_exactly(full, [percent("12.5"), amount("5")], on=ON, exponent=2) == Fraction(7, 8) * 1001 - 500
    assert reduce_exactly(full, [amount("50")], on=ON, exponent=2) == 0
    assert reduce_exactly(full, [percent("10", date(2027, 1, 1))], on=ON, exponent=2) == full


@pytest.mark.rule("DEM-38")
@pytest.mark.parametrize("discount", [percent("0"), percent("-1"), percent("150"), amount("0"), percent("NaN")])
def test_a_value_that_makes_no_sense_is_refused(discount: Discount) -> None:
    with pytest.raises(InvalidDiscount) as refusal:
        check_discount(discount)
    assert refusal.value.field == "value"


def test_an_unknown_kind_and_reversed_dates_are_refused() -> None:
    with pytest.raises(InvalidDiscount, match="percent or amount"):
        check_discount(Discount("gift", Decimal(5), None, None, ""))
    with pytest.raises(InvalidDiscount, match="before it starts"):
        check_discount(percent("5", date(2026, 2, 1), date(2026, 2, 1)))


def test_what_makes_sense_is_returned_as_given() -> None:
    for discount in (percent("100"), amount("-3.50"), percent("0.5", date(2026, 1, 1), date(2026, 1, 2))):
        assert check_discount(discount) is discount
