"""Graduated tiers: every unit costs what the tier costs that it stands in itself.

15 units with 9.00 up to 10 and 8.00 beyond: 10 × 9.00 + 5 × 8.00. A tier's flat amount is added when it is entered.
"""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.tier_words import ONCE, write_range

NAME = "graduated"
PRORATES = True


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """The units in each tier that is entered, at its price; then its flat amount. A quantity of 0 is 0 of the first."""
    units: list[PricedUnits] = []
    below: Decimal | int = 0
    for tier in price.tiers:
        up_to = tier.up_to
        inside = quantity - below if up_to is None or quantity <= up_to else up_to - below
        words = write_range(below, up_to)
        units.append((inside, tier.unit_price, words))
        if tier.flat_amount and quantity:
            units.append((1, tier.flat_amount, f"{words}, {ONCE}"))
        if up_to is None or quantity <= up_to:
            break
        below = up_to
    return tuple(units)
