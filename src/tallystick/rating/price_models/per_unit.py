"""Per unit: every unit costs the price each period. 5 seats at 12.00 are 60.00 a month."""

from decimal import Decimal

from tallystick.rating.price import PricedUnits

NAME = "per_unit"
PRORATES = True


def list_units(unit_price: Decimal, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """All units at the price."""
    return ((quantity, unit_price),)
