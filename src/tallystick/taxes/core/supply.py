"""The facts that a VAT treatment is decided from."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class SupplyKind(StrEnum):
    """What is supplied, as far as it decides where a consumer is taxed.

    `digital`: telecommunications, broadcasting and electronic services, taxed where the consumer is (Directive
    2006/112/EC art. 58). `general`: any other service, taxed where the seller is (art. 45).
    """

    DIGITAL = "digital"
    GENERAL = "general"


class Scheme(StrEnum):
    """What a registration is good for: supplies in its own country, or all consumers of the Union (one-stop shop)."""

    LOCAL = "local"
    ONE_STOP_SHOP = "one_stop_shop"


class Registration(NamedTuple):
    """That the seller accounts for VAT in a country, from a day up to but without another (None: still).

    Of the one-stop shop `country` is the member state in which the seller declares for all others.
    """

    country: str
    number: str
    valid_from: date
    valid_until: date | None
    scheme: Scheme = Scheme.LOCAL

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class Party(NamedTuple):
    """Who buys. ``country`` is ISO 3166, "" where nobody has said; the VAT id counts only once it was confirmed."""

    country: str
    is_business: bool
    is_vat_id_valid: bool


class Supply(NamedTuple):
    """A service from a seller to a buyer on a tax point date; ``category``: what it is where it is taxed."""

    seller_country: str
    seller_registrations: Sequence[Registration]
    buyer: Party
    category: str
    on: date
    kind: SupplyKind = SupplyKind.DIGITAL
