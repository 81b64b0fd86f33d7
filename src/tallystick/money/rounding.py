"""Rounding to minor units: multiply, divide once, round once, half away from zero (UNI-13; docs/rules/rounding.md).

All of it is exact integer arithmetic, so that no decimal context and no intermediate result can lose a digit.
"""

from decimal import Decimal
from fractions import Fraction

from tallystick.money.currency import get_currency

_POWERS_OF_TEN: tuple[int, ...] = tuple(10**n for n in range(10))


def divide_half_away(numerator: int, denominator: int) -> int:
    """The whole number nearest to a quotient; a half goes away from zero. The denominator is positive."""
    if numerator >= 0:
        return (2 * numerator + denominator) // (2 * denominator)
    return -((denominator - 2 * numerator) // (2 * denominator))


def round_half_away(value: Decimal | Fraction | int) -> int:
    """The nearest whole number; a half goes away from zero: 2.5 is 3, -2.5 is -3."""
    if isinstance(value, float):
        raise TypeError("floats are not exact: use Decimal or Fraction")
    return divide_half_away(*value.as_integer_ratio())


def minor_from_decimal(value: Decimal, currency: str) -> int:
    """Minor units of a decimal amount in major units, rounded half away from zero: 12.345 EUR is 1235."""
    if isinstance(value, float):
        raise TypeError("floats are not exact: use Decimal")
    numerator, denominator = value.as_integer_ratio()
    return divide_half_away(numerator * 10 ** get_currency(currency).exponent, denominator)


def multiply_price(unit_price: Decimal, quantity: Decimal | int, share: Fraction, exponent: int) -> int:
    """Minor units of price × quantity × share of a period, rounded once, half away from zero.

    ``unit_price`` is in major units, ``exponent`` is the currency's. 100.00 × 1 × 14/31 at exponent 2 is 4516.
    """
    numerator, denominator = _multiply_units(unit_price, quantity)
    share_numerator, share_denominator = share.as_integer_ratio()
    return divide_half_away(
        numerator * share_numerator * _POWERS_OF_TEN[exponent],
        denominator * share_denominator,
    )


def multiply_units(unit_price: Decimal, quantity: Decimal | int, exponent: int) -> int:
    """The same for a whole period: price × quantity, rounded once. Most charges are of whole periods."""
    numerator, denominator = _multiply_units(unit_price, quantity)
    if denominator == 1:
        return numerator * _POWERS_OF_TEN[exponent]
    return divide_half_away(numerator * _POWERS_OF_TEN[exponent], denominator)


def _multiply_units(unit_price: Decimal, quantity: Decimal | int) -> tuple[int, int]:
    if float in (type(unit_price), type(quantity)):
        raise TypeError("floats are not exact: use Decimal")
    numerator, denominator = unit_price.as_integer_ratio()
    if type(quantity) is int:
        return numerator * quantity, denominator
    quantity_numerator, quantity_denominator = quantity.as_integer_ratio()
    return numerator * quantity_numerator, denominator * quantity_denominator


def round_half_even(value: Decimal | Fraction | int, *, step: Decimal) -> Decimal:
    """The nearest multiple of a step; a half goes to the even multiple: 172.5 is 172 in whole units, 173.5 is 174.

    Only for list prices that are set once and kept as data (DEM-36); charges round half away from zero.
    """
    if isinstance(value, float) or isinstance(step, float):
        raise TypeError("floats are not exact: use Decimal or Fraction")
    steps = Fraction(value) / Fraction(step)
    below, rest = divmod(steps.numerator, steps.denominator)
    doubled = 2 * rest
    is_up = doubled > steps.denominator or (doubled == steps.denominator and below % 2 == 1)
    return (below + is_up) * step
