"""Discounts: agreed reductions of what a service costs, applied in order, each on what the ones before it left.

docs/rules/rating.md has the worked table.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tallystick.money.rounding import divide_half_away, multiply_price
from tallystick.rating.errors import InvalidDiscount

PERCENT = "percent"
AMOUNT = "amount"
_HUNDRED = 100


class Discount(NamedTuple):
    """A reduction from ``from_on`` up to but without ``until_on`` (None: no limit). A positive value lowers the charge.

    ``percent``: that many hundredths of what is left, above 0 and at most 100. ``amount``: major units for a full
    period, prorated with the service; below 0 it is a negotiated adjustment upwards.
    """

    kind: str
    value: Decimal
    from_on: date | None
    until_on: date | None
    label: str

    def is_in_force(self, on: date) -> bool:
        """Whether it counts for a period that starts on a day."""
        return (self.from_on is None or self.from_on <= on) and (self.until_on is None or on < self.until_on)


class Reduction(NamedTuple):
    """What one discount takes off one charge, in minor units (below 0: what it adds), and what was left before it."""

    discount: Discount
    left_minor: int
    reduction_minor: int


def check_discount(discount: Discount) -> Discount:
    """The discount as given; refuses (:class:`InvalidDiscount`) a kind, value or dates that make no sense."""
    kind, value, from_on, until_on, _ = discount
    if kind not in (PERCENT, AMOUNT):
        raise InvalidDiscount(value=kind, reason="it is either percent or amount", field="kind")
    if not value.is_finite() or value == 0:
        raise InvalidDiscount(value=value, reason="that changes nothing")
    if kind == PERCENT and not 0 < value <= _HUNDRED:
        raise InvalidDiscount(value=value, reason="a percentage is above 0 and at most 100")
    if from_on is not None and until_on is not None and until_on <= from_on:
        raise InvalidDiscount(value=until_on, reason=f"it would end before it starts on {from_on}", field="until_on")
    return discount


def list_reductions(
    rated_minor: int, discounts: Sequence[Discount], *, on: date, share: Fraction, exponent: int
) -> list[Reduction]:
    """What the discounts in force on a period's first day take off it; each rounded once, together never more than all.

    ``share`` is that of the service's period, ``exponent`` the currency's. Discounts that change nothing are left out.
    """
    reductions = []
    left = rated_minor
    for discount in discounts:
        if not discount.is_in_force(on):
            continue
        if discount.kind == PERCENT:
            numerator, denominator = discount.value.as_integer_ratio()
            reduction = divide_half_away(left * numerator, denominator * _HUNDRED)
        else:
            reduction = min(multiply_price(discount.value, 1, share, exponent), max(left, 0))
        if reduction:
            reductions.append(Reduction(discount, left, reduction))
            left -= reduction
    return reductions


def reduce_exactly(full_minor: Fraction, discounts: Sequence[Discount], *, on: date, exponent: int) -> Fraction:
    """What the discounts in force leave of a full period's amount, in minor units, without any rounding."""
    left = full_minor
    for discount in discounts:
        if not discount.is_in_force(on):
            continue
        if discount.kind == PERCENT:
            left -= left * Fraction(discount.value) / _HUNDRED
        else:
            left -= min(Fraction(discount.value) * 10**exponent, max(left, Fraction(0)))
    return left
