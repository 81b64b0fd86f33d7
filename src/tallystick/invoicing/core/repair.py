"""Repair: what should have been billed laid over what was; the difference is the next document. Pure.

Whatever changed back in time (an end, a pause, a quantity, a price), the answer is the same: rate the service again as
it is agreed now, for the days that were billed, and compare period by period. Nothing that is posted changes.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from tallystick.money.allocation import split_by_weights
from tallystick.rating.charge import Charge


class BilledLine(NamedTuple):
    """A posted line that charged days of a service, with what is left of its net after earlier credits, in minor units.

    A credit for it keeps its treatment, rate, registration and revenue code.
    """

    document_id: int
    position: int
    subscription_service_id: int
    kind: str
    description: str
    period_start_on: date
    period_end_on: date
    net_minor: int


class LineCredit(NamedTuple):
    """How much of a posted line is taken back, for which days. `net_minor` has the sign of the line it corrects."""

    line: BilledLine
    period_start_on: date
    period_end_on: date
    net_minor: int


class Shortfall(NamedTuple):
    """What a billed period should have cost more than was billed: a charge for the next invoice."""

    charge: Charge
    net_minor: int


class Repair(NamedTuple):
    """The difference of what was billed and what should have been: credits of posted lines, and new charges."""

    credits: tuple[LineCredit, ...]
    shortfalls: tuple[Shortfall, ...]

    @property
    def net_minor(self) -> int:
        """The sum of it: above 0 to be charged, below 0 to be credited."""
        return sum(each.net_minor for each in self.shortfalls) - sum(each.net_minor for each in self.credits)


def compute_repair(billed: Iterable[BilledLine], *, owed: Iterable[Charge]) -> Repair:
    """Compare what was billed with what is owed for the same days, service by service and period by period.

    `owed` are the charges of the services as agreed now, from the first billed day in question on; a period that is not
    among them is owed nothing. Where less is owed than was billed, the difference is credited to the lines of that
    period in proportion; where more is owed, it is a shortfall. Sums are exact: billed + repair = owed.
    """
    was: dict[tuple[int, date], list[BilledLine]] = defaultdict(list)
    for line in billed:
        was[line.subscription_service_id, line.period_start_on].append(line)
    should: dict[tuple[int, date], list[Charge]] = defaultdict(list)
    for charge in owed:
        should[charge.subscription_service_id, charge.period_start].append(charge)
    taken_back: list[LineCredit] = []
    shortfalls: list[Shortfall] = []
    for key in sorted(was.keys() | should.keys()):
        lines, charges = was.get(key, []), should.get(key, [])
        difference = sum(charge.amount_minor for charge in charges) - sum(line.net_minor for line in lines)
        if difference > 0:
            shortfalls.append(Shortfall(charges[0], difference))
        elif difference < 0:
            taken_back += _credit(lines, charges, -difference)
    return Repair(tuple(taken_back), tuple(shortfalls))


def _credit(lines: Sequence[BilledLine], charges: Sequence[Charge], amount_minor: int) -> list[LineCredit]:
    """Spread a credit over the lines of a period: line by line where they pair, else by how large they are."""
    parts = _pair(lines, charges)
    if parts is None:
        # By the lines that charge: none is credited more than it charged.
        parts = split_by_weights(amount_minor, [max(line.net_minor, 0) for line in lines])
    kept_until = max((charge.period_end for charge in charges), default=lines[0].period_start_on)
    return [
        LineCredit(line, _first_day_credited(line, kept_until), line.period_end_on, part)
        for line, part in zip(lines, parts, strict=True)
        if part
    ]


def _pair(lines: Sequence[BilledLine], charges: Sequence[Charge]) -> list[int] | None:
    """What each line was too much, where the charges are of the same kinds in the same order; else None."""
    if not charges:
        return [line.net_minor for line in lines]
    if [line.kind for line in lines] != [charge.kind for charge in charges]:
        return None
    parts = [line.net_minor - charge.amount_minor for line, charge in zip(lines, charges, strict=True)]
    is_fair = all(part * line.net_minor >= 0 for part, line in zip(parts, lines, strict=True))
    return parts if is_fair else None


def _first_day_credited(line: BilledLine, kept_until: date) -> date:
    # A period that stays whole and only became cheaper is credited for all its days.
    return kept_until if line.period_start_on < kept_until < line.period_end_on else line.period_start_on
