"""Per unit: every unit costs the price each period. 5 seats at 12.00 are 60.00 a month."""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits

NAME = "per_unit"
PRORATES = True


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """Every unit at the price."""
    return ((quantity, price.unit_price, ""),)
