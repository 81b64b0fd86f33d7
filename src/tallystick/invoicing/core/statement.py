"""Statements: one document for each month and invoice of an account's draws (model 2.2, BIL-6 to BIL-8). Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from tallystick.invoicing.core.credit_rules import turn_signs
from tallystick.invoicing.core.draft import DraftDocument, DraftLine
from tallystick.invoicing.core.drawing import DrawGroup
from tallystick.invoicing.core.taxing import compute_tax_lines

ONE_DAY = timedelta(days=1)


class DrawnCharge(NamedTuple):
    """A draw that no document asks for yet. One that was reversed, and its reversal, are not shown."""

    draw_id: int
    group: DrawGroup
    line: DraftLine
    tax_minor: int
    is_shown: bool


class Statement(NamedTuple):
    """A document with the draws that it asks for: (draw, its line or None), and the month that was drawn."""

    document: DraftDocument
    month_on: date
    draws: tuple[tuple[int, int | None], ...]


def first_of_month(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month_on: date) -> date:
    """The first day of the month after."""
    return first_of_month(first_of_month(month_on) + timedelta(days=32))


def month_before(day: date) -> date:
    """The first day of the month before that of a day."""
    return first_of_month(first_of_month(day) - ONE_DAY)


def compute_statement_month(drawn_on: date, *, last_closed_on: date | None) -> date:
    """The month whose statement asks for what is drawn on a day: its own, or the first one that is not closed yet."""
    own = first_of_month(drawn_on)
    return own if last_closed_on is None or own > last_closed_on else month_after(last_closed_on)


def compose_statements(
    charges: Iterable[DrawnCharge], *, invoice_on: date, terms_days: Mapping[str, int]
) -> list[Statement]:
    """The statements of one account's draws, by month, collection method and subscription that asks for its own.

    Months are never mixed: the tax of a statement is what was accrued in its month. What was taken back whole, or cost
    nothing, makes no document (BIL-7). Below zero it is a credit note.
    """
    in_order = sorted(charges, key=lambda charge: (_key(charge), charge.draw_id))
    statements = []
    for _, of_document in groupby(in_order, key=_key):
        own = list(of_document)
        if any(charge.is_shown and charge.line.net_minor for charge in own):
            statements.append(_compose(own, invoice_on, terms_days))
    return statements


def _key(charge: DrawnCharge) -> tuple[date, str, int]:
    return charge.group.statement_month_on, charge.group.collection_method, charge.group.subscription_id or 0


def _compose(charges: Sequence[DrawnCharge], invoice_on: date, terms_days: Mapping[str, int]) -> Statement:
    group = charges[0].group
    is_credit = sum(charge.line.net_minor + charge.tax_minor for charge in charges) < 0
    shown = [charge for charge in charges if charge.is_shown]
    lines = tuple(turn_signs(line) if is_credit else line for line in map(attrgetter("line"), shown))
    tax_lines = compute_tax_lines(lines)
    net_minor, tax_minor = (sum(map(attrgetter(name), tax_lines)) for name in ("net_minor", "tax_minor"))
    document = DraftDocument(
        account_id=group.account_id,
        collection_method=group.collection_method,
        due_on=invoice_on + timedelta(days=0 if is_credit else terms_days[group.collection_method]),
        net_minor=net_minor,
        tax_minor=tax_minor,
        gross_minor=net_minor + tax_minor,
        lines=lines,
        tax_lines=tax_lines,
        claims=(),
        kind="credit_note" if is_credit else "invoice",
    )
    positions = {charge.draw_id: position for position, charge in enumerate(shown, 1)}
    return Statement(
        document, group.statement_month_on, tuple((each.draw_id, positions.get(each.draw_id)) for each in charges)
    )
