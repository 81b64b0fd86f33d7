"""Package: units are sold by the package; one that is begun is paid whole. 2,500 of 1,000 a package are 3."""

from decimal import Decimal

from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.tier_words import write_number

NAME = "package"
PRORATES = True


def list_units(price: Price, quantity: Decimal | int) -> tuple[PricedUnits, ...]:
    """Every package begun at the price; the note says how many units are in one."""
    size_numerator, size_denominator = price.package_size.as_integer_ratio()
    numerator, denominator = quantity.as_integer_ratio()
    packages = -(-numerator * size_denominator // (denominator * size_numerator))
    return ((packages, price.unit_price, f"× {write_number(price.package_size)}"),)
