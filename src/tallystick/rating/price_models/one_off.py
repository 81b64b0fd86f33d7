"""One-off: every unit costs the price once, never prorated (CRM-48). 2 routers at 80.00 are 160.00."""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits

NAME = "one_off"
PRORATES = False


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """Every unit at the price."""
    return ((quantity, price.unit_price, ""),)
