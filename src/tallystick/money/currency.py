"""Currencies: the code, the number of decimals of its minor unit, and the name."""

from typing import NamedTuple

from tallystick.money.errors import UnknownCurrency
from tallystick.money.iso_4217 import ACTIVE_CURRENCIES


class Currency(NamedTuple):
    """An ISO 4217 currency. ``exponent`` is the number of decimals: 2 for EUR, 0 for JPY, 3 for KWD."""

    code: str
    exponent: int
    name: str


def get_currency(code: str) -> Currency:
    """The currency of a three-letter code in capitals; refuses an unknown one with :class:`UnknownCurrency`."""
    try:
        return _BY_CODE[code]
    except KeyError:
        raise UnknownCurrency(currency=code) from None


def list_currencies() -> tuple[Currency, ...]:
    """All known currencies, by code."""
    return tuple(_BY_CODE.values())


def _read(text: str) -> dict[str, Currency]:
    currencies = {}
    for line in text.strip().splitlines():
        code, exponent, name = line.split(" ", 2)
        currencies[code] = Currency(code, int(exponent), name)
    return currencies


_BY_CODE = _read(ACTIVE_CURRENCIES)
