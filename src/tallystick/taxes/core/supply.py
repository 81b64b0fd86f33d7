"""The facts that a VAT treatment is decided from."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

#: The member states by ISO 3166 code (Greece is GR here, though its VAT numbers begin with EL).
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905
)


class Registration(NamedTuple):
    """That the seller accounts for VAT in a country, from a day up to but without another (None: still)."""

    country: str
    number: str
    valid_from: date
    valid_until: date | None

    def is_in_force(self, on: date) -> bool:
        """Whether it counts on a day."""
        return self.valid_from <= on and (self.valid_until is None or on < self.valid_until)


class Party(NamedTuple):
    """Who buys. ``country`` is ISO 3166, "" where nobody has said; the VAT id counts only once it was confirmed."""

    country: str
    is_business: bool
    is_vat_id_valid: bool


class Supply(NamedTuple):
    """A service from a seller to a buyer on a tax point date; ``category``: what it is at the seller's home."""

    seller_country: str
    seller_registrations: Sequence[Registration]
    buyer: Party
    category: str
    on: date
