"""The cells of a preview's line that say how much and why: written in one way, whatever the line comes from. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from tallystick.invoicing.core.line_explanation import explain_line
from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency


@dataclass(slots=True)
class PreviewLine:
    """What a line keeps of how it came about."""

    kind: str
    quantity: Decimal
    unit_price: Decimal
    part_days: int
    full_days: int
    percent: Decimal | None
    percent_of_minor: int
    net_minor: int


class LineCells(NamedTuple):
    """A line's amounts as text: prices and sums with the decimals of the currency (a finer price with all its own)."""

    quantity: str
    unit_price: str
    net: str
    explanation: str


def write_line_cells(line: PreviewLine, *, currency: str, is_given_back: bool = False) -> LineCells:
    """The cells of a line; what is given back has its amount below zero."""
    explanation = explain_line(line, currency=currency)
    return LineCells(
        f"{line.quantity.normalize():f}",
        write_plain_price(line.unit_price, currency=currency),
        write_plain(-line.net_minor if is_given_back else line.net_minor, currency=currency),
        f"{explanation}; given back" if is_given_back else explanation,
    )


def write_plain(minor: int, *, currency: str) -> str:
    """An amount for a spreadsheet: the decimals of its currency, no commas."""
    return format_minor(minor, currency).replace(",", "")


def write_plain_price(price: Decimal, *, currency: str) -> str:
    """A unit price for a spreadsheet: at least the decimals of its currency, more where the price is finer."""
    finest = price.normalize().as_tuple().exponent
    decimals = max(get_currency(currency).exponent, -finest if isinstance(finest, int) else 0)
    return f"{price:.{decimals}f}"
