"""The tax of a document: one sum, one rounding for each country, treatment and rate (EN 16931 BT-117)."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from tallystick.money.rounding import divide_half_away
from tallystick.taxes.core.treatment import Treatment


class TaxedNet(NamedTuple):
    """A net amount in minor units that is taxed in one way: where it is accounted for, treatment, rate in percent."""

    country: str
    treatment: Treatment
    rate: Decimal
    net_minor: int


class TaxLine(NamedTuple):
    """The tax of all nets that are taxed in the same way, in minor units."""

    country: str
    treatment: Treatment
    rate: Decimal
    net_minor: int
    tax_minor: int


def compute_tax(groups: Iterable[TaxedNet]) -> tuple[TaxLine, ...]:
    """One tax line for each (country, treatment, rate), on the sum of its nets, rounded once half away from zero.

    The nets may come line by line or summed up already. Ordered by country, treatment and rate, so that it never
    depends on the order of the lines.
    """
    nets: dict[tuple[str, Treatment, Decimal], int] = {}
    for country, treatment, rate, net_minor in groups:
        key = (country, treatment, rate)
        nets[key] = nets.get(key, 0) + net_minor
    return tuple(TaxLine(*key, net_minor, tax_on(net_minor, rate=key[2])) for key, net_minor in sorted(nets.items()))


def compute_tax_cumulative(net_so_far: int, *, tax_so_far: int, net_new: int, rate: Decimal) -> int:
    """The tax of one more net of a group, such that all together is exactly the tax on the sum.

    For draws of a statement and credit notes of a document, which come one by one: the last one carries the cent.
    """
    return tax_on(net_so_far + net_new, rate=rate) - tax_so_far


def tax_on(net_minor: int, *, rate: Decimal) -> int:
    """The tax on a net amount at a percentage, rounded once half away from zero: 19 % of 1,003 is 191."""
    if not rate:
        return 0
    numerator, denominator = rate.as_integer_ratio()
    return divide_half_away(net_minor * numerator, denominator * 100)
