"""Dated prices, and which of them is in force."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.tiers import Tier
from tallystick.rating.errors import NoPrice

_ONE = Decimal(1)

#: Units, what each of them costs in major units, and a note that tells them apart from others of the same price, such
#: as ``11–100``; empty where there are no others. A price model that has tiers returns several.
PricedUnits = tuple[Decimal | int, Decimal, str]


class Price(NamedTuple):
    """What a service costs in one currency while it is in force, from ``valid_from`` up to but without ``valid_until``.

    ``model`` is the name of a price model (``tallystick.rating.price_list``); ``unit_price`` is in major units,
    before tax, and may have more decimals than the currency; ``valid_until`` None means until further notice.
    ``tiers``, ``package_size`` and ``percent_of`` (ids of services; none: all others) are read by the models of those
    names. ``minimum`` is the least that a full period costs before discounts, ``trial_unit_price`` what a unit costs
    during a trial (None: nothing).
    """

    model: str
    unit_price: Decimal
    currency: str
    valid_from: date
    valid_until: date | None
    tiers: tuple[Tier, ...] = ()
    package_size: Decimal = _ONE
    percent_of: tuple[int, ...] = ()
    minimum: Decimal | None = None
    trial_unit_price: Decimal | None = None

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


def find_price(prices: Sequence[Price], on: date) -> Price | None:
    """The price in force on a day, or None; of several the one that began last."""
    found: Price | None = None
    for price in prices:
        starts_on, until_on = price.valid_from, price.valid_until
        is_in_force = starts_on <= on and (until_on is None or on < until_on)
        if is_in_force and (found is None or starts_on > found.valid_from):
            found = price
    return found


def choose_price(prices: Sequence[Price], on: date, *, service: str = "this service") -> Price:
    """The price in force on a day; refuses with :class:`NoPrice`, naming service and day, where there is none."""
    price = find_price(prices, on)
    if price is None:
        raise NoPrice(service=service, on=on)
    return price
