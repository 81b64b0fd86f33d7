"""Flat: the price is for the period, whatever the quantity. 29.00 a month stays 29.00 for one user and for ten."""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits

NAME = "flat"
PRORATES = True


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """One unit at the price."""
    return ((1, price.unit_price, ""),)
