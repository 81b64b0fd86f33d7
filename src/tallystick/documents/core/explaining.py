"""A document whose lines say in figures how they came to their amounts: the same in every language. Pure."""

from dataclasses import dataclass, replace
from decimal import Decimal

from tallystick.documents.core.view import DocumentView, LineGroup, ViewLine
from tallystick.invoicing.core.line_explanation import write_formula


@dataclass(slots=True)
class _Facts:
    kind: str
    quantity: Decimal
    unit_price: Decimal
    part_days: int
    full_days: int
    percent: Decimal | None
    percent_of_minor: int
    net_minor: int


def explain_view(view: DocumentView) -> DocumentView:
    """The view with the formula of each line beside it."""
    return replace(view, groups=tuple(_explain_group(group, view.currency) for group in view.groups))


def _explain_group(group: LineGroup, currency: str) -> LineGroup:
    lines = (replace(line, formula=write_formula(_facts_of(line), currency=currency)) for line in group.lines)
    return replace(group, lines=tuple(lines))


def _facts_of(line: ViewLine) -> _Facts:
    part, full = line.share_days or (0, 0)
    return _Facts(
        line.kind,
        line.quantity,
        line.unit_price,
        part,
        full,
        line.percent,
        line.percent_of_minor,
        line.net_minor,
    )
