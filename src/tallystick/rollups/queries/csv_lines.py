"""CSV as a stream of lines: money as plain decimals with its currency in a column of its own, dates ISO."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from tallystick.money.amount import format_minor

# Spreadsheets run text that starts like this as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Money(str):
    """An amount as text: the only cell that may start with a minus."""

    __slots__ = ()


class _Line:
    """What the csv module writes to: it keeps one line."""

    text = ""

    def write(self, text: str) -> int:
        """Take a line."""
        self.text = text
        return len(text)


def write_csv(columns: Sequence[str], *, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """The heading and the rows, a line at a time."""
    line = _Line()
    writer = csv.writer(line)
    for row in chain([columns], rows):
        writer.writerow([_make_harmless(cell) for cell in row])
        yield line.text


def write_money(minor: int, *, currency: str) -> Money:
    """1,240.00 EUR as 1240.00."""
    return Money(format_minor(minor, currency).replace(",", ""))


def _make_harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) and not isinstance(cell, Money) else cell
