"""Credit notes: how much of each line, and its tax; crediting everything ends at the document's own tax.

Tax is cumulative in each group (model: tax(net credited so far + this) - tax credited so far). Pure.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from tallystick.invoicing.core.draft import DraftTaxLine
from tallystick.invoicing.errors import CorrectionEmpty, CreditTooLarge
from tallystick.money.amount import format_minor
from tallystick.taxes.core.computation import compute_tax_cumulative

GroupKey = tuple[str, str, Decimal]
"""Registration, treatment and rate: what is taxed together."""


class CorrectableLine(NamedTuple):
    """A line of a posted document and how much of it was credited, before tax, in minor units."""

    position: int
    net_minor: int
    credited_minor: int
    group: GroupKey

    @property
    def rest_minor(self) -> int:
        """What can still be credited; below zero for a discount."""
        return self.net_minor - self.credited_minor


class CorrectableTax(NamedTuple):
    """The tax of a group on the document, and what of it was credited, in minor units."""

    tax_minor: int
    credited_minor: int


class Correctable(NamedTuple):
    """A posted document with what was credited of it so far."""

    currency: str
    gross_minor: int
    lines: tuple[CorrectableLine, ...]
    taxes: Mapping[GroupKey, CorrectableTax]

    @property
    def rest_net_minor(self) -> int:
        """What can still be credited before tax."""
        return sum(line.rest_minor for line in self.lines)

    @property
    def rest_gross_minor(self) -> int:
        """What can still be credited with tax."""
        return self.rest_net_minor + sum(tax.tax_minor - tax.credited_minor for tax in self.taxes.values())


class CorrectionPlan(NamedTuple):
    """What a correction will say: net by line of the corrected document, tax by group, totals. Minor units."""

    amounts: Mapping[int, int]
    tax_lines: tuple[DraftTaxLine, ...]

    @property
    def net_minor(self) -> int:
        """Sum before tax."""
        return sum(self.amounts.values())

    @property
    def tax_minor(self) -> int:
        """Sum of its tax."""
        return sum(line.tax_minor for line in self.tax_lines)

    @property
    def gross_minor(self) -> int:
        """What it comes to."""
        return self.net_minor + self.tax_minor


def plan_credit(of: Correctable, *, amounts: Mapping[int, int]) -> CorrectionPlan:
    """A credit of these nets by line, refused where more would be credited than there is (CreditTooLarge).

    A line is credited at most up to its rest, in its own direction; a group and the document at most as a whole.
    """
    wanted = {position: net for position, net in amounts.items() if net}
    if not wanted:
        raise CorrectionEmpty()
    lines = {line.position: line for line in of.lines}
    for position, net_minor in wanted.items():
        rest = lines[position].rest_minor if position in lines else 0
        if not _is_within(net_minor, rest):
            _refuse(of, f"Line {position}", rest, net_minor)
    plan = CorrectionPlan(wanted, _credit_tax(of, wanted))
    for key, net_minor in _sum_groups(of, wanted).items():
        rest = sum(line.rest_minor for line in of.lines if line.group == key)
        if net_minor and not _is_within(net_minor, rest):
            _refuse(of, f"What bears {key[1]} tax of {key[2].normalize():f} %", rest, net_minor)
    if not 0 < plan.gross_minor <= of.rest_gross_minor:
        _refuse(of, "The document", of.rest_gross_minor, plan.gross_minor)
    return plan


def plan_rest(of: Correctable) -> CorrectionPlan:
    """A credit of exactly what is left of every line, with what is left of the tax. May come to nothing."""
    amounts = {line.position: line.rest_minor for line in of.lines if line.rest_minor}
    return CorrectionPlan(amounts, _credit_tax(of, amounts))


def _is_within(net_minor: int, rest_minor: int) -> bool:
    return (net_minor > 0) == (rest_minor > 0) and abs(net_minor) <= abs(rest_minor)


def _refuse(of: Correctable, what: str, rest_minor: int, asked_minor: int) -> None:
    rest, asked = format_minor(rest_minor, of.currency), format_minor(asked_minor, of.currency)
    raise CreditTooLarge(what=what, rest=f"{rest} {of.currency}", asked=f"{asked} {of.currency}")


def _sum_groups(of: Correctable, amounts: Mapping[int, int]) -> dict[GroupKey, int]:
    sums: dict[GroupKey, int] = {}
    for line in of.lines:
        if line.position in amounts:
            sums[line.group] = sums.get(line.group, 0) + amounts[line.position]
    return sums


def _credit_tax(of: Correctable, amounts: Mapping[int, int]) -> tuple[DraftTaxLine, ...]:
    return tuple(
        DraftTaxLine(*key, net_minor, _tax_of_group(of, key, net_minor))
        for key, net_minor in sorted(_sum_groups(of, amounts).items())
    )


def _tax_of_group(of: Correctable, key: GroupKey, net_minor: int) -> int:
    own = of.taxes[key]
    in_group = [line for line in of.lines if line.group == key]
    net_so_far = sum(line.credited_minor for line in in_group)
    if net_so_far + net_minor == sum(line.net_minor for line in in_group):
        return own.tax_minor - own.credited_minor
    return compute_tax_cumulative(net_so_far, tax_so_far=own.credited_minor, net_new=net_minor, rate=key[2])
