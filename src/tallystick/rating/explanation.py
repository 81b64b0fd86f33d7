"""A charge in plain words, so that each line explains itself."""

from decimal import Decimal
from fractions import Fraction

from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.money.rounding import multiply_price
from tallystick.rating.charge import DISCOUNT, Charge


def explain(charge: Charge) -> str:
    """How a charge came to its amount: "2 × 10.00 × 14/31 days", "10 % of 20.00", "5.00 off × 14/31 days"."""
    if charge.percent is not None:
        return f"{_plain(charge.percent)} % of {format_minor(charge.percent_of_minor, charge.currency)}"
    exponent = get_currency(charge.currency).exponent
    if charge.kind == DISCOUNT:
        words = [f"{_price(abs(charge.unit_price), exponent)} {'off' if charge.unit_price < 0 else 'added'}"]
    else:
        words = [_price(charge.unit_price, exponent)]
        if charge.quantity != 1:
            words.insert(0, _plain(charge.quantity))
    if charge.basis_days:
        words.append(_days(charge.share, charge.basis_days))
    text = " × ".join(words)
    if multiply_price(charge.unit_price, charge.quantity, charge.share, exponent) != charge.amount_minor:
        text += f", at most what was left: {format_minor(-charge.amount_minor, charge.currency)}"
    return text


def _days(share: Fraction, basis_days: int) -> str:
    return f"{share * basis_days}/{basis_days} days"


def _price(unit_price: Decimal, exponent: int) -> str:
    """At least the decimals of the currency, more where the price has more."""
    written = unit_price.normalize().as_tuple().exponent
    decimals = max(exponent, -written if isinstance(written, int) else 0)
    return f"{unit_price:,.{decimals}f}"


def _plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"
