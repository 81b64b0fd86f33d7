"""Price tiers: up to how many units which price counts. They stand in the catalog as data, dated with their price.

A tier begins where the one before it ends, so that there can be no hole and no overlap; the last has no end.
"""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from tallystick.errors import Problem

MOST_TIERS: Final = 50
_LARGEST = Decimal(10) ** 12
_DECIMALS: Final = 6
_ZERO = Decimal(0)
_OPEN = "more"
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,6})?"
_CELL = re.compile(rf"({_NUMBER}|{_OPEN})=({_NUMBER})(?:\+({_NUMBER}))?", re.ASCII)


class Tier(NamedTuple):
    """Units up to and with ``up_to`` (None: without end) at ``unit_price`` each, and ``flat_amount`` once.

    Amounts in major units, for a full interval. By the model graduated the flat amount counts for every tier that is
    entered, by volume for the tier that the quantity falls into.
    """

    up_to: Decimal | None
    unit_price: Decimal
    flat_amount: Decimal = _ZERO

    def times(self, factor: int) -> "Tier":
        """The same tier for so many intervals."""
        return Tier(self.up_to, self.unit_price * factor, self.flat_amount * factor)


def find_tier_problems(tiers: Sequence[Tier]) -> list[Problem]:
    """What is wrong with the tiers of a price: not ascending, none or several without end, amounts out of bounds."""
    if not tiers:
        return [Problem("tiers", "are needed by this price model")]
    if len(tiers) > MOST_TIERS:
        return [Problem("tiers", f"must be at most {MOST_TIERS}")]
    problems = []
    if tiers[-1].up_to is not None:
        problems.append(Problem("tiers", "must end with one without end, or larger quantities have no price"))
    reached = _ZERO
    for tier in tiers[:-1]:
        if tier.up_to is None:
            problems.append(Problem("tiers", "only the last may be without end"))
        elif not tier.up_to.is_finite() or tier.up_to <= reached:
            problems.append(Problem("tiers", f"must ascend from above 0, but {tier.up_to} follows {reached}"))
        else:
            reached = tier.up_to
    for tier in tiers:
        problems += _find_number_problems(tier)
    return problems


def _find_number_problems(tier: Tier) -> Iterable[Problem]:
    for number in (tier.unit_price, tier.flat_amount, tier.up_to or _ZERO):
        exponent = number.normalize().as_tuple().exponent
        if not number.is_finite() or not 0 <= number < _LARGEST:
            yield Problem("tiers", f"take amounts from 0 to {_LARGEST}, but one is {number}")
        elif isinstance(exponent, int) and exponent < -_DECIMALS:
            yield Problem("tiers", f"have at most {_DECIMALS} decimals, but one is {number}")


def parse_tiers(text: str) -> tuple[Tier, ...]:
    """Tiers from text like ``10=9.00 100=8.00+5.00 more=7.00``: up to 10 at 9.00 each, then up to 100 at 8.00 and 5.00
    once, then 7.00. Raises ValueError with a reason that reads on after the name of the column.
    """
    tiers = []
    for cell in text.split():
        found = _CELL.fullmatch(cell)
        if found is None:
            raise ValueError(f"must be like 10=9.00 100=8.00+5.00 more=7.00, but has {cell[:40]!r}")
        up_to = None if found[1] == _OPEN else Decimal(found[1])
        tiers.append(Tier(up_to, Decimal(found[2]), Decimal(found[3] or 0)))
    return tuple(tiers)


def write_tiers(tiers: Iterable[Tier]) -> str:
    """Tiers as :func:`parse_tiers` reads them."""
    return " ".join(_write(tier) for tier in tiers)


def dump_tiers(tiers: Iterable[Tier]) -> list[list[str | None]]:
    """Tiers as they are stored: upper ends (null: none), unit prices and flat amounts as text, without needless zeros.

    Equal tiers are stored alike.
    """
    return [
        [None if tier.up_to is None else _plain(tier.up_to), _plain(tier.unit_price), _plain(tier.flat_amount)]
        for tier in tiers
    ]


def load_tiers(stored: Iterable[Sequence[str | None]]) -> tuple[Tier, ...]:
    """Tiers from what was stored."""
    return tuple(
        Tier(None if up_to is None else Decimal(up_to), Decimal(unit_price or 0), Decimal(flat_amount or 0))
        for up_to, unit_price, flat_amount in stored
    )


def _write(tier: Tier) -> str:
    end = _OPEN if tier.up_to is None else _plain(tier.up_to)
    return f"{end}={_plain(tier.unit_price)}" + (f"+{_plain(tier.flat_amount)}" if tier.flat_amount else "")


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
