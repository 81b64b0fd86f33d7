"""Amounts as Stripe counts them: in the smallest unit that it knows, which for a few currencies is not ISO 4217's."""

from tallystick.money.amount import Money
from tallystick.money.currency import get_currency
from tallystick.payments.gateways.decimals import read_minor, write_minor

#: Decimals where Stripe differs from ISO 4217; it keeps two for currencies that have since lost them.
DECIMALS: dict[str, int] = {"ISK": 2, "MGA": 0, "UGX": 2}


def write_amount(amount: Money) -> int:
    """The amount in Stripe's units; raises AmountUnwritable where Stripe's unit is larger."""
    return write_minor(amount, decimals=_count_decimals(amount.currency))


def read_amount(value: int, *, currency: str) -> Money:
    """An amount in Stripe's units; `currency` is in lower case there."""
    code = currency.upper()
    return read_minor(value, currency=code, decimals=_count_decimals(code))


def _count_decimals(currency: str) -> int:
    return DECIMALS.get(currency, get_currency(currency).exponent)
