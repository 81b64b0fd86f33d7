"""The list price rule: what a month costs where the year is sold (DEM-36). Its result is kept as data, dated."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tallystick.catalog.errors import InvalidListPrice
from tallystick.money.rounding import round_half_even

_MONTHS_A_YEAR = 12
_HUNDRED = 100


class ListPriceRule(NamedTuple):
    """A month costs a twelfth of the year and ``markup_percent`` more, rounded half-even to multiples of ``step``."""

    markup_percent: Decimal = Decimal(15)
    step: Decimal = Decimal(1)


def compute_monthly_price(yearly_price: Decimal, *, rule: ListPriceRule) -> Decimal:
    """The list price of a unit a month in major units: 1,800.00 a year is 150 a month, 172.50 with 15 %, so 172.

    Refuses (:class:`InvalidListPrice`) a negative price or markup and a step that is not above 0.
    """
    if not yearly_price.is_finite() or yearly_price < 0:
        raise InvalidListPrice(given=yearly_price, reason="a price is not negative")
    if not rule.markup_percent.is_finite() or rule.markup_percent < 0:
        raise InvalidListPrice(given=f"{rule.markup_percent} percent", reason="a markup is not negative")
    if not rule.step.is_finite() or rule.step <= 0:
        raise InvalidListPrice(given=f"steps of {rule.step}", reason="a step is above 0")
    monthly = Fraction(yearly_price) / _MONTHS_A_YEAR * (1 + Fraction(rule.markup_percent) / _HUNDRED)
    return round_half_even(monthly, step=rule.step)
