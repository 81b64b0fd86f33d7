"""One-off: every unit costs the price once, never prorated (CRM-48). 2 routers at 80.00 are 160.00."""

from decimal import Decimal

from tallystick.rating.price import PricedUnits

NAME = "one_off"
PRORATES = False


def list_units(unit_price: Decimal, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """All units at the price."""
    return ((quantity, unit_price),)
