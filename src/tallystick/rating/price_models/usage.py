"""Usage: what was used is paid, after the fact. By tiers where the price has them, by packages where it has a size.

What was used in a part of a period is not prorated: it is already only what was used in it. Units that are included
are a first tier at 0.
"""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.price_models import graduated, package, per_unit

NAME = "usage"
PRORATES = False


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """The units used, each at its price."""
    if price.tiers:
        return graduated.list_units(price, quantity)
    if price.package_size != 1:
        return package.list_units(price, quantity)
    return per_unit.list_units(price, quantity)
