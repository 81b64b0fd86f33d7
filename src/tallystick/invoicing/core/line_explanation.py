"""A document line explains itself: price, quantity, days of days, convention, share of a discount, rounding. Pure.

It is computed from what the line keeps, never from today's prices, so that it is true of a line however old.
"""

from decimal import Decimal
from fractions import Fraction
from typing import Protocol

from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.money.rounding import divide_half_away

DISCOUNT, MANUAL, FEE = "discount", "manual", "fee"
CONVENTIONS: dict[str, str] = {
    "actual": "by the days of the period",
    "actual_30": "by days, 30 a month",
    "strict_30_360": "by months of 30 days",
    "own_period": "by the days of the service's own period",
}
EXACT_DECIMALS = 4
#: As on pages and documents; a hyphen is no minus.
MINUS = "−"


class LineFacts(Protocol):
    """What a line keeps of how it came about."""

    kind: str
    quantity: Decimal
    unit_price: Decimal
    part_days: int
    full_days: int
    percent: Decimal | None
    percent_of_minor: int
    net_minor: int


def write_formula(line: LineFacts, *, currency: str) -> str:
    """In figures alone, such as "2 × 10.75 × 17/30 = 12.1833 → 12.18"; the arrow is the rounding."""
    return _write_formula(line, currency).replace("-", MINUS)


def _write_formula(line: LineFacts, currency: str) -> str:
    exact = _compute_exact(line, currency)
    result = format_minor(line.net_minor, currency)
    rounded = _round(exact)
    if rounded != line.net_minor:  # a discount that stopped at what was left, or a part that makes the sum whole
        return f"{_write_terms(line, currency)} → {result}"
    if exact == rounded:
        return f"{_write_terms(line, currency)} = {result}"
    return f"{_write_terms(line, currency)} = {_write_exact(exact, currency)} → {result}"


def explain_line(line: LineFacts, *, currency: str, convention: str = "") -> str:
    """The same with words: how the days were counted, what was rounded, where a discount stopped.

    `convention` is the proration method under which the service is billed.
    """
    parts = [write_formula(line, currency=currency)]
    if line.full_days:
        told = CONVENTIONS.get(convention, "")
        parts.append(f"{line.part_days} of {line.full_days} days{f', {told}' if told else ''}")
    exact = _compute_exact(line, currency)
    if _round(exact) != line.net_minor:
        is_part = line.percent is not None
        parts.append("rounded so that the parts add up" if is_part else "at most what was left of the amount")
    elif exact.denominator != 1:
        parts.append("rounded once, half away from zero")
    if line.kind == FEE:
        parts.append("additional fee, once for the bill")
    elif line.kind == MANUAL:
        parts.append("set by hand")
    return "; ".join(parts)


def write_share(line: LineFacts, *, part: int, of: int, currency: str) -> str:
    """What so many of its days cost, in figures: quantity × price × days of days."""
    return f"{_write_terms(line, currency)} × {part}/{of}".replace("-", MINUS)


def _write_terms(line: LineFacts, currency: str) -> str:
    if line.percent is not None:
        sign = "-" if line.kind == DISCOUNT else ""
        return f"{sign}{_plain(line.percent)} % × {format_minor(line.percent_of_minor, currency)}"
    price = _write_price(line.unit_price, currency)
    terms = [price] if line.kind == DISCOUNT and line.quantity == 1 else [_plain(line.quantity), price]
    if line.full_days:
        terms.append(f"{line.part_days}/{line.full_days}")
    return " × ".join(terms)


def _compute_exact(line: LineFacts, currency: str) -> Fraction:
    """What the line comes to before rounding, in minor units."""
    if line.percent is not None:
        taken = Fraction(line.percent) * line.percent_of_minor / 100
        return -taken if line.kind == DISCOUNT else taken
    share = Fraction(line.part_days, line.full_days) if line.full_days else Fraction(1)
    scale: int = 10 ** get_currency(currency).exponent
    return Fraction(line.quantity) * Fraction(line.unit_price) * share * scale


def _round(exact: Fraction) -> int:
    return divide_half_away(exact.numerator, exact.denominator)


def _write_exact(exact: Fraction, currency: str) -> str:
    decimals = get_currency(currency).exponent + EXACT_DECIMALS - 2
    scale: int = 10 ** (decimals - get_currency(currency).exponent)
    written = Decimal(_round(exact * scale)).scaleb(-decimals)
    dots = "" if exact * scale == _round(exact * scale) else "…"
    return f"{written:,.{decimals}f}{dots}"


def _write_price(price: Decimal, currency: str) -> str:
    written = price.normalize().as_tuple().exponent
    decimals = max(get_currency(currency).exponent, -written if isinstance(written, int) else 0)
    return f"{price:,.{decimals}f}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
