"""A charge in plain words, so that each line explains itself; and its amount computed once more from what it says."""

from decimal import Decimal
from fractions import Fraction

from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.money.rounding import divide_half_away, multiply_price
from tallystick.rating.charge import DISCOUNT, MINIMUM_NOTE, TRIAL_NOTE, Charge
from tallystick.rating.tier_words import ONCE

_HUNDRED = 100


def explain(charge: Charge) -> str:
    """How a charge came to its amount.

    "2 × 10.00 × 14/31 days" · "1–10: 10 × 9.00" · "3 packages of 1000 × 5.00" · "10 % of 20.00" ·
    "5.00 off × 14/31 days" · "60 % of 6.00" · "2.26 up to the least, 11.29" · "trial: 0.00".
    """
    if charge.percent is not None:
        return f"{_plain(charge.percent)} % of {format_minor(charge.percent_of_minor, charge.currency)}"
    if charge.kind == DISCOUNT:
        words = _discount_words(charge)
    elif charge.note.startswith(MINIMUM_NOTE):
        least = charge.note.removeprefix(MINIMUM_NOTE).strip()
        return f"{format_minor(charge.amount_minor, charge.currency)} up to the least, {least}"
    else:
        words = _unit_words(charge)
    if charge.basis_days:
        words += f" × {_days(charge.share, charge.basis_days)}"
    if recompute(charge) != charge.amount_minor:
        words += f", at most what was left: {format_minor(-charge.amount_minor, charge.currency)}"
    return words


def recompute(charge: Charge) -> int:
    """The amount that a charge's own figures come to, in minor units.

    It is the charge's amount, save where a discount stopped at what was left, and save the cent by which the parts of a
    shared discount may differ from their percentage to add up to the whole.
    """
    if charge.percent is not None:
        numerator, denominator = charge.percent.as_integer_ratio()
        amount = divide_half_away(charge.percent_of_minor * numerator, denominator * _HUNDRED)
        return -amount if charge.kind == DISCOUNT else amount
    exponent = get_currency(charge.currency).exponent
    return multiply_price(charge.unit_price, charge.quantity, charge.share, exponent)


def _unit_words(charge: Charge) -> str:
    price = _price(charge)
    note = charge.note
    if note.startswith("× "):
        packages = f"{_plain(charge.quantity)} package{'' if charge.quantity == 1 else 's'} of {note[2:]}"
        return f"{packages} × {price}"
    units = price if charge.quantity == 1 and not _is_tier(note) else f"{_plain(charge.quantity)} × {price}"
    return f"{note}: {units}" if note else units


def _is_tier(note: str) -> bool:
    return bool(note) and note != TRIAL_NOTE and not note.endswith(ONCE)


def _discount_words(charge: Charge) -> str:
    taken = _price(charge._replace(unit_price=abs(charge.unit_price)))
    direction = "off" if charge.unit_price < 0 else "added"
    return f"{taken} {direction}"


def _days(share: Fraction, basis_days: int) -> str:
    return f"{share * basis_days}/{basis_days} days"


def _price(charge: Charge) -> str:
    """At least the decimals of the currency, more where the price has more."""
    written = charge.unit_price.normalize().as_tuple().exponent
    exponent = get_currency(charge.currency).exponent
    decimals = max(exponent, -written if isinstance(written, int) else 0)
    return f"{charge.unit_price:,.{decimals}f}"


def _plain(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize():f}"
