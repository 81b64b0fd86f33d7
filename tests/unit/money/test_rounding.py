"""Rounding: exact until the end, then once, half away from zero (docs/rules/rounding.md)."""

from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import pytest

from tallystick.money.rounding import (
    divide_half_away,
    minor_from_decimal,
    multiply_price,
    round_half_away,
    round_half_even,
)


@pytest.mark.rule("UNI-13")
@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.5", 1),
        ("1.5", 2),
        ("2.5", 3),
        ("2.4999999999999999999999999999999999", 2),
        ("-0.5", -1),
        ("-2.5", -3),
        ("-2.4", -2),
        ("172.5", 173),
        ("0", 0),
    ],
)
def test_a_half_goes_away_from_zero(value: str, rounded: int) -> None:
    assert round_half_away(Decimal(value)) == rounded
    assert round_half_away(Fraction(value)) == rounded


def test_a_whole_number_stays_as_it_is() -> None:
    assert round_half_away(-7) == -7


@pytest.mark.parametrize(
    ("numerator", "denominator", "quotient"), [(7, 2, 4), (-7, 2, -4), (1, 3, 0), (2, 3, 1), (-1, 3, 0), (-2, 3, -1)]
)
def test_a_quotient_is_rounded_without_ever_being_a_fraction(numerator: int, denominator: int, quotient: int) -> None:
    assert divide_half_away(numerator, denominator) == quotient


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("12.345", "EUR", 1235),
        ("-12.345", "EUR", -1235),
        ("12.344999", "EUR", 1234),
        ("99.5", "JPY", 100),
        ("1.0005", "KWD", 1001),
    ],
)
def test_a_decimal_amount_becomes_minor_units_of_its_currency(value: str, currency: str, minor: int) -> None:
    assert minor_from_decimal(Decimal(value), currency) == minor


@pytest.mark.parametrize(
    ("unit_price", "quantity", "share", "exponent", "minor"),
    [
        ("10.00", 2, "1", 2, 2000),
        ("100.00", 1, "14/31", 2, 4516),
        ("100.00", 1, "14/30", 2, 4667),
        ("0.0005", 1000, "1", 2, 50),
        ("0.005", 1, "1", 2, 1),
        ("-0.005", 1, "1", 2, -1),
        ("1.25", Decimal("2.5"), "1/2", 2, 156),
        ("1000", 1, "14/31", 0, 452),
        ("1.000", 1, "1/3", 3, 333),
        ("1E+3", 1, "1", 2, 100000),
    ],
)
def test_a_price_is_multiplied_out_exactly_and_rounded_once(
    unit_price: str, quantity: Decimal | int, share: str, exponent: int, minor: int
) -> None:
    assert multiply_price(Decimal(unit_price), quantity, Fraction(share), exponent) == minor


def test_rounding_twice_would_give_another_amount() -> None:
    # 3 × 0.335 is 1.005, so 1.01. Rounding the price first gives 3 × 0.34 = 1.02; rounding the share first does the
    # same harm.
    assert multiply_price(Decimal("0.335"), 3, Fraction(1), 2) == 101
    # 10.00 × 1/3 three times is 9.99: who wants 10.00 splits the whole (allocation.py).
    assert 3 * multiply_price(Decimal("10.00"), 1, Fraction(1, 3), 2) == 999


def test_no_decimal_context_can_lose_a_digit() -> None:
    with localcontext() as context:
        context.prec = 3
        assert multiply_price(Decimal("12345.67"), 100, Fraction(1), 2) == 123456700
        assert minor_from_decimal(Decimal("123456789.01"), "EUR") == 12345678901


def test_floats_are_refused() -> None:
    value: Any = 1.5
    with pytest.raises(TypeError):
        round_half_away(value)
    with pytest.raises(TypeError):
        minor_from_decimal(value, "EUR")
    with pytest.raises(TypeError):
        multiply_price(value, 1, Fraction(1), 2)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_what_is_not_a_number_can_not_be_rounded(value: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        round_half_away(Decimal(value))


@pytest.mark.rule("DEM-36")
@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [
        ("172.5", "1", "172"),
        ("173.5", "1", "174"),
        ("172.5000001", "1", "173"),
        ("86.25", "1", "86"),
        ("0.125", "0.05", "0.10"),
        ("0.175", "0.05", "0.20"),
        ("-2.5", "1", "-2"),
    ],
)
def test_list_prices_round_a_half_to_the_even_step(value: str, step: str, rounded: str) -> None:
    assert round_half_even(Decimal(value), step=Decimal(step)) == Decimal(rounded)


def test_list_prices_take_no_floats() -> None:
    value: Any = 172.5
    with pytest.raises(TypeError, match="not exact"):
        round_half_even(value, step=Decimal(1))
