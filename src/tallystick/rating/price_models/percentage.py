"""Percentage: so many percent of what other services of the same subscription cost in the same period.

The unit price is the percentage. Of what it is taken, only a whole subscription can say: see ``rating.bill``.
"""

from decimal import Decimal

from tallystick.rating.errors import PercentageAlone
from tallystick.rating.price import Price, PricedUnits

NAME = "percentage"
PRORATES = False


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """Refuses: a percentage has no units of its own."""
    raise PercentageAlone(percent=price.unit_price)
