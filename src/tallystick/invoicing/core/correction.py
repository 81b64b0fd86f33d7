"""What a correction is asked for, and what it will then say: by line, or an amount for the whole document. Pure."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tallystick.invoicing.core.crediting import Correctable, CorrectionPlan, GroupKey, plan_credit, plan_rest
from tallystick.invoicing.core.draft import DraftTaxLine
from tallystick.invoicing.errors import AmountNotReachable, CorrectionAmbiguous, CorrectionEmpty, CreditTooLarge
from tallystick.money.allocation import split_by_weights
from tallystick.money.amount import format_minor
from tallystick.money.rounding import divide_half_away
from tallystick.taxes.core.computation import tax_on

CREDIT_NOTE, DEBIT_NOTE = "credit_note", "debit_note"
NO_LINES: Mapping[int, int] = MappingProxyType({})
LOOKS_AROUND = 4
"""How far from the proportional net an asked gross is looked for: rounding moves it by less than a cent a tax group."""


class CorrectionAsk(NamedTuple):
    """Nets by line position, or one amount for the whole before tax or with tax; nothing: all that is left.

    In minor units, above zero: a credit note lowers, a debit note raises. The net of a discount line is below zero.
    """

    lines: Mapping[int, int] = NO_LINES
    net_minor: int | None = None
    gross_minor: int | None = None


def plan_correction(of: Correctable, *, kind: str, ask: CorrectionAsk) -> CorrectionPlan:
    """What a credit note or debit note over `ask` says. An amount for the whole is spread over the lines.

    Raises CorrectionAmbiguous, CorrectionEmpty, CreditTooLarge, and AmountNotReachable where no net has that gross.
    """
    is_credit = kind == CREDIT_NOTE
    if bool(ask.lines) + (ask.net_minor is not None) + (ask.gross_minor is not None) > 1:
        raise CorrectionAmbiguous()
    if ask.lines:
        return plan_credit(of, amounts=ask.lines) if is_credit else _plan_debit(of, amounts=ask.lines)
    spread = _spread_credit if is_credit else _spread_debit
    plan = plan_credit if is_credit else _plan_debit
    if ask.net_minor is not None:
        _require_amount(of, ask.net_minor, of.rest_net_minor if is_credit else None)
        return plan(of, amounts=spread(of, ask.net_minor))
    if ask.gross_minor is not None:
        _require_amount(of, ask.gross_minor, of.rest_gross_minor if is_credit else None)
        if is_credit and ask.gross_minor == of.rest_gross_minor:
            return _require_some(plan_rest(of))
        near = _estimate_net(of, ask.gross_minor, is_credit=is_credit)
        return _find_gross(of, ask.gross_minor, near, lambda net_minor: plan(of, amounts=spread(of, net_minor)))
    if not is_credit:
        raise CorrectionEmpty()
    return _require_some(plan_rest(of))


def _require_some(plan: CorrectionPlan) -> CorrectionPlan:
    if plan.gross_minor <= 0:
        raise CorrectionEmpty()
    return plan


def _require_amount(of: Correctable, asked_minor: int, most_minor: int | None) -> None:
    if asked_minor <= 0:
        raise CorrectionEmpty()
    if most_minor is not None and asked_minor > most_minor:
        rest, asked = format_minor(most_minor, of.currency), format_minor(asked_minor, of.currency)
        raise CreditTooLarge(what="The document", rest=f"{rest} {of.currency}", asked=f"{asked} {of.currency}")


def _spread_credit(of: Correctable, net_minor: int) -> dict[int, int]:
    """In proportion to what is left of each line, discounts included, so that no line and no group gets too much.

    The lines of a tax group stand together, and each takes the difference of two rounded running sums.
    """
    whole = of.rest_net_minor
    amounts: dict[int, int] = {}
    run, given = 0, 0
    for line in sorted(of.lines, key=lambda line: (line.group, line.position)):
        run += line.rest_minor
        upto = divide_half_away(net_minor * run, whole) if whole else 0
        amounts[line.position], given = upto - given, upto
    return amounts


def _spread_debit(of: Correctable, net_minor: int) -> dict[int, int]:
    """In proportion to the lines above zero."""
    weights = [max(line.net_minor, 0) for line in of.lines]
    if not any(weights):
        raise CorrectionEmpty()
    parts = split_by_weights(net_minor, weights)
    return {line.position: part for line, part in zip(of.lines, parts, strict=True)}


def _plan_debit(of: Correctable, *, amounts: Mapping[int, int]) -> CorrectionPlan:
    """More for these lines, each above zero, taxed like them; a document of its own, so its tax is rounded as such."""
    lines = {line.position: line for line in of.lines}
    wanted = {position: net for position, net in amounts.items() if net}
    if not wanted or any(net < 0 or position not in lines for position, net in wanted.items()):
        raise CorrectionEmpty()
    nets: dict[GroupKey, int] = {}
    for position, net_minor in wanted.items():
        key = lines[position].group
        nets[key] = nets.get(key, 0) + net_minor
    taxes = tuple(DraftTaxLine(*key, net, tax_on(net, rate=key[2])) for key, net in sorted(nets.items()))
    return CorrectionPlan(wanted, taxes)


def _estimate_net(of: Correctable, gross_minor: int, *, is_credit: bool) -> int:
    """The net that has this share of the whole's, rounded. A credit goes by what is left of the document."""
    if is_credit:
        net, gross = of.rest_net_minor, of.rest_gross_minor
    else:
        charged = [line for line in of.lines if line.net_minor > 0]
        net = sum(line.net_minor for line in charged)
        gross = sum(line.net_minor + tax_on(line.net_minor, rate=line.group[2]) for line in charged)
    return divide_half_away(gross_minor * net, gross) if gross > 0 else 0


def _find_gross(
    of: Correctable, gross_minor: int, near: int, plan_net: Callable[[int], CorrectionPlan]
) -> CorrectionPlan:
    """Look for the net whose gross is exactly as asked, from `near` outwards."""
    found = []
    for candidate in sorted(range(near - LOOKS_AROUND, near + LOOKS_AROUND + 1), key=lambda n: abs(n - near)):
        if candidate <= 0:
            continue
        try:
            plan = plan_net(candidate)
        except CreditTooLarge:
            continue
        if plan.gross_minor == gross_minor:
            return plan
        found.append(plan.gross_minor)
    below = max((each for each in found if each < gross_minor), default=None)
    above = min((each for each in found if each > gross_minor), default=None)
    nearest = " and ".join(format_minor(each, of.currency) for each in (below, above) if each is not None)
    raise AmountNotReachable(asked=f"{format_minor(gross_minor, of.currency)} {of.currency}", nearest=nearest or "none")
