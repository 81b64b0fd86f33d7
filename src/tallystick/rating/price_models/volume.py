"""Volume tiers: all units cost what the tier costs that the whole quantity falls into.

15 units with 9.00 up to 10 and 8.00 beyond: 15 × 8.00. That tier's flat amount is added once.
"""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.tier_words import ONCE, write_range

NAME = "volume"
PRORATES = True


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """Every unit at the price of the tier; then its flat amount. A quantity of 0 is 0 of the first, without it."""
    below: Decimal | int = 0
    for tier in price.tiers:
        if tier.up_to is None or quantity <= tier.up_to:
            words = write_range(below, tier.up_to)
            all_units = (quantity, tier.unit_price, words)
            if not (tier.flat_amount and quantity):
                return (all_units,)
            return (all_units, (1, tier.flat_amount, f"{words}, {ONCE}"))
        below = tier.up_to
    return ()  # no tier is without end, which the catalog refuses
