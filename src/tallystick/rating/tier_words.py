"""Tiers and quantities in signs that need no translation, for the lines of an invoice."""

from decimal import Decimal
from functools import lru_cache

#: Marks the amount of a tier that is due once, however many units stand in it.
ONCE = "1×"


@lru_cache(maxsize=1024)
def write_range(below: Decimal | int, up_to: Decimal | None) -> str:
    """The units of a tier above ``below``: ``1–10``, ``11–100``, ``101+``; with fractions ``0.5–1.5``."""
    first = below + 1 if below == int(below) else below
    return f"{write_number(first)}+" if up_to is None else f"{write_number(first)}–{write_number(up_to)}"


def write_number(number: Decimal | int) -> str:
    """A quantity without needless zeros."""
    return f"{Decimal(number).normalize():f}"
