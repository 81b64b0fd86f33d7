"""Numbers, dates and countries as a language writes them (Unicode CLDR, by Babel)."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal

from tallystick.money.currency import get_currency

_DAY = timedelta(days=1)
_NO_BREAK = "\u00a0"
_MINUS = "\u2212"
_ZERO_WIDTH_SPACE = "\u200b"
_LONG_WORD = re.compile(r"\S{25,}")
_PIECE = re.compile(r".{1,12}")


def write_amount(minor: int, *, currency: str, locale: str) -> str:
    """Minor units with all decimals of the currency, without its code: -124000 EUR is "−1,240.00" in English."""
    exponent = get_currency(currency).exponent
    return _write_fixed(Decimal(minor).scaleb(-exponent), exponent, locale)


def write_money(minor: int, *, currency: str, locale: str) -> str:
    """An amount with its currency code, which never stands on another line: "1,240.00 EUR"."""
    return f"{write_amount(minor, currency=currency, locale=locale)}{_NO_BREAK}{currency}"


def write_price(unit_price: Decimal, *, currency: str, locale: str) -> str:
    """A unit price with at least the decimals of the currency, and all that it has beyond: "0.0125"."""
    written = unit_price.normalize().as_tuple().exponent
    decimals = max(get_currency(currency).exponent, -written if isinstance(written, int) else 0)
    return _write_fixed(unit_price, decimals, locale)


def write_quantity(number: Decimal, *, locale: str) -> str:
    """A quantity with only the decimals that it needs: "2", "2.5"."""
    written = number.normalize().as_tuple().exponent
    return _write_fixed(number, max(-written if isinstance(written, int) else 0, 0), locale)


def write_percentage(rate: Decimal, *, locale: str) -> str:
    """A rate in percent as the language writes it: "25.5%" in English, "25,5 %" with a no-break space in German."""
    template = Locale.parse(locale).percent_formats[None].pattern
    return f"{write_quantity(rate, locale=locale)}{template.lstrip('#,0.')}"


@lru_cache(maxsize=4096)
def write_date(on: date, *, locale: str) -> str:
    """A date in full, which nobody can misread: "22 November 2026"."""
    return format_date(on, format="long", locale=locale)


def write_month(on: date | None, *, locale: str) -> str:
    """The month of a day with its year: "March 2026"; empty for none."""
    return format_skeleton("yMMMM", on, locale=locale) if on is not None else ""


@lru_cache(maxsize=4096)
def write_period(period: tuple[date, date], *, locale: str) -> str:
    """A half-open period by its first and last day: "1–30 Nov 2026"; one day alone by its date."""
    start_on, last_on = period[0], period[1] - _DAY
    if last_on <= start_on:
        return format_skeleton("yMMMd", start_on, locale=locale)
    return str(format_interval(start_on, last_on, skeleton="yMMMd", locale=locale))


@lru_cache(maxsize=1024)
def write_country(code: str, *, locale: str) -> str:
    """A country's name in the language, its code where the language has no name for it."""
    return str(Locale.parse(locale).territories.get(code, code))


def breakable(text: str) -> str:
    """Free text whose over-long words may be broken: a reference without blanks must not leave its column."""
    return _LONG_WORD.sub(lambda word: _ZERO_WIDTH_SPACE.join(_PIECE.findall(word[0])), text)


def _write_fixed(number: Decimal, decimals: int, locale: str) -> str:
    text = format_decimal(number, format=_pattern(decimals), locale=locale, decimal_quantization=False)
    return text.replace("-", _MINUS)


@lru_cache(maxsize=64)
def _pattern(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"
