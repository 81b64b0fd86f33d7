"""What can be wrong with a single field: an amount, a currency, a choice, a range."""

from collections.abc import Iterable
from decimal import Decimal

from tallystick.errors import Problem
from tallystick.money.currency import get_currency
from tallystick.money.errors import UnknownCurrency

LARGEST_UNIT_PRICE = Decimal(10) ** 12
PRICE_DECIMALS = 6


def find_unit_price_problems(unit_price: Decimal, *, name: str, may_be_negative: bool = False) -> list[Problem]:
    """What is wrong with a price in major units: negative, too large, or with more decimals than are kept."""
    if not unit_price.is_finite():
        return [Problem(name, "must be a number")]
    if unit_price < 0 and not may_be_negative:
        return [Problem(name, f"must not be negative, but is {unit_price}")]
    if abs(unit_price) >= LARGEST_UNIT_PRICE:
        return [Problem(name, f"must be less than {LARGEST_UNIT_PRICE}")]
    if has_more_decimals(unit_price, decimals=PRICE_DECIMALS):
        return [Problem(name, f"must have at most {PRICE_DECIMALS} decimals")]
    return []


def has_more_decimals(value: Decimal, *, decimals: int) -> bool:
    """Whether a finite number can't be written with that many decimals."""
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -decimals


def find_currency_problems(currency: str) -> list[Problem]:
    """Whether a currency is unknown."""
    try:
        get_currency(currency)
    except UnknownCurrency as unknown:
        return [Problem("currency", unknown.message)]
    return []


def find_choice_problems(name: str, *, value: str, choices: Iterable[str]) -> list[Problem]:
    """Whether a value is none of the choices."""
    if value in choices:
        return []
    return [Problem(name, f"must be one of {', '.join(choices)}, but is {value!r}")]


def find_range_problems(name: str, *, value: int, least: int, most: int) -> list[Problem]:
    """Whether a whole number lies outside its bounds, which are allowed themselves."""
    if least <= value <= most:
        return []
    return [Problem(name, f"must be from {least} to {most}, but is {value}")]
