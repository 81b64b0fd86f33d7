"""Dated VAT rates: which is in force, and how the file of them reads."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.sellers.core.countries import COUNTRIES
from tallystick.taxes.errors import InvalidRateFile, NoTaxRate

HEADER = "country,category,rate,valid_from,valid_until,source"
CATEGORIES = ("standard", "reduced")
SMALLEST_STEP = Decimal("0.001")
_COUNTRY = re.compile(r"[A-Z]{2}")


class DatedRate(NamedTuple):
    """The percentage of a category in a country, from a day up to but without another (None: until further notice).

    ``is_own`` marks a seller's own rate, which goes before the country's.
    """

    country: str
    category: str
    rate: Decimal
    valid_from: date
    valid_until: date | None
    is_own: bool = False


def choose_rate(rates: Sequence[DatedRate], *, country: str, category: str, on: date) -> Decimal:
    """The percentage in force on the tax point date (not the issue date); refuses with :class:`NoTaxRate` if none is.

    A seller's own rate goes first; of several the one that began last.
    """
    found: DatedRate | None = None
    for dated in rates:
        if dated.country != country or dated.category != category or dated.valid_from > on:
            continue
        if dated.valid_until is not None and dated.valid_until <= on:
            continue
        if found is None or (dated.is_own, dated.valid_from) > (found.is_own, found.valid_from):
            found = dated
    if found is None:
        raise NoTaxRate(category=category, country=country, on=on)
    return found.rate


def find_own_rate_problems(rate: DatedRate) -> list[Problem]:
    """What is wrong with a rate of a seller's own, seen alone."""
    problems = []
    if rate.country not in COUNTRIES:
        problems.append(Problem("country", f"must be a two-letter country code, but is {rate.country!r}"))
    if rate.category not in CATEGORIES:
        problems.append(Problem("category", f"must be one of {', '.join(CATEGORIES)}, but is {rate.category!r}"))
    if not 0 < rate.rate <= 100 or rate.rate != rate.rate.quantize(SMALLEST_STEP):
        problems.append(Problem("rate", "must be a percentage above 0 and at most 100, with three decimals at most"))
    if rate.valid_until is not None and rate.valid_until <= rate.valid_from:
        problems.append(Problem("valid_until", f"must be after {rate.valid_from}"))
    return problems


def parse_rates(text: str) -> tuple[DatedRate, ...]:
    """The rates of a file such as ``taxes/data/rates.csv``: a header, one rate a line, comments from # onwards.

    Refuses the first line that can't be read with :class:`InvalidRateFile`, naming its number.
    """
    rates = []
    header = ""
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.partition("#")[0].strip()
        if not content:
            continue
        if not header:
            header = content
            if header != HEADER:
                raise InvalidRateFile(line=number, reason=f"the header must be {HEADER}")
            continue
        rates.append(_parse_line(content, number))
    return tuple(rates)


def _parse_line(content: str, number: int) -> DatedRate:
    cells = content.split(",")
    if len(cells) != HEADER.count(",") + 1:
        raise InvalidRateFile(line=number, reason="it does not have six cells")
    country, category, rate_text, from_text, until_text, _source = cells
    try:
        rate = Decimal(rate_text)
        valid_from = date.fromisoformat(from_text)
        valid_until = date.fromisoformat(until_text) if until_text else None
    except (InvalidOperation, ValueError):
        raise InvalidRateFile(line=number, reason="a rate or a date is wrong") from None
    if not _COUNTRY.fullmatch(country) or category not in ("standard", "reduced"):
        raise InvalidRateFile(line=number, reason="the country or the category is wrong")
    if not 0 < rate <= 100 or (valid_until is not None and valid_until <= valid_from):
        raise InvalidRateFile(line=number, reason="the rate is no percentage, or it ends before it starts")
    return DatedRate(country, category, rate, valid_from, valid_until)
