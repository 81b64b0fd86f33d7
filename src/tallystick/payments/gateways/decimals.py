"""Amounts as gateways write them. Exact: an amount that a gateway can't write is said to be one, never rounded."""

from decimal import Decimal

from tallystick.money.amount import Money
from tallystick.money.currency import get_currency


class AmountUnwritable(ValueError):
    """The gateway counts in larger units than this amount has."""


def write_decimal(amount: Money) -> str:
    """With exactly the currency's decimals: 1000 minor units of EUR are "10.00", of JPY "1000"."""
    exponent = get_currency(amount.currency).exponent
    return f"{Decimal(amount.minor).scaleb(-exponent):.{exponent}f}"


def read_decimal(value: str, *, currency: str) -> Money:
    """An amount in decimals; raises AmountUnwritable for more decimals than the currency has."""
    return Money(_whole(Decimal(value).scaleb(get_currency(currency).exponent)), currency)


def write_minor(amount: Money, *, decimals: int) -> int:
    """In whole units of 10 to the minus `decimals`, for a gateway that counts other decimals than ISO 4217."""
    return _whole(Decimal(amount.minor).scaleb(decimals - get_currency(amount.currency).exponent))


def read_minor(value: int, *, currency: str, decimals: int) -> Money:
    """The opposite of `write_minor`."""
    return Money(_whole(Decimal(value).scaleb(get_currency(currency).exponent - decimals)), currency)


def _whole(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise AmountUnwritable(str(value))
    return int(value)
