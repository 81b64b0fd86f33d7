"""A document as text, without ids, times and tokens: everything that is printed on it, and how each line came about."""

from __future__ import annotations

from tallystick.documents.core.explaining import explain_view
from tallystick.documents.core.view import DocumentView, ViewLine
from tallystick.documents.queries import get_document_view
from tallystick.money.amount import format_minor


def invoice_as_text(document_id: int, *, shows_number: bool = True) -> str:
    """Head, parties, lines with their formula, tax and how to pay, a row each."""
    view = explain_view(get_document_view(document_id))
    return "\n".join([_head(view, shows_number=shows_number), *_parties(view), *_lines(view), *_sums(view)])


def tell_lines(document_id: int) -> list[str]:
    """The lines alone, each with its period and its formula."""
    view = explain_view(get_document_view(document_id))
    return [
        f"{line.description}{f' {line.period_start_on} to {line.period_end_on}' if line.period else ''}: {line.formula}"
        for group in view.groups
        for line in group.lines
    ]


def _head(view: DocumentView, *, shows_number: bool) -> str:
    number = f" {view.number}" if shows_number and view.number else ""
    corrects = f" corrects {view.corrects.number}" if view.corrects and shows_number else ""
    return f"{view.kind}{number} {view.status} of {view.invoice_on}, due {view.due_on}{corrects} ({view.language})"


def _parties(view: DocumentView) -> list[str]:
    return [f"from {view.seller}", f"to {view.buyer}"]


def _lines(view: DocumentView) -> list[str]:
    told = []
    for group in view.groups:
        told.append(f"- {group.plan_name} {group.subscription_reference}".rstrip())
        told += [f"  {_line(line, view.currency)}" for line in group.lines]
    return told


def _line(line: ViewLine, currency: str) -> str:
    period = f" {line.period_start_on} to {line.period_end_on}" if line.period else ""
    amount = format_minor(line.net_minor, currency)
    return f"{line.kind} {line.description}{period}: {line.formula} = {amount}, {line.treatment} {line.tax_rate}"


def _sums(view: DocumentView) -> list[str]:
    taxes = [f"tax {t.treatment} {t.tax_rate} of {t.net_minor}: {t.tax_minor}" for t in view.tax_rows]
    net, tax, gross, still_open = (
        format_minor(minor, view.currency)
        for minor in (view.net_minor, view.tax_minor, view.gross_minor, view.open_minor)
    )
    return [*taxes, f"net {net} tax {tax} gross {gross} open {still_open}, {view.payment}"]
