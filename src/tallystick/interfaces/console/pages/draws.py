"""How draws are listed: on the page of their account."""

from __future__ import annotations

from django.urls import reverse

from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.reads.line_words import write_period
from tallystick.invoicing.models import Draw


def _write_place(draw: Draw) -> cells.Cell:
    stated = getattr(draw, "stated", None)
    if stated is not None:
        return cells.Text(str(stated.document), href=reverse("admin:invoice", args=[stated.document_id]))
    return cells.Text("taken back" if draw.reverses_id else "", draw.reason)


def _write_days(draw: Draw) -> str:
    if draw.period_start_on is None or draw.period_end_on is None:
        return ""
    return write_period(draw.period_start_on, end_on=draw.period_end_on)


DRAWS = [
    Column[Draw]("Drawn", lambda row: cells.Day(row.drawn_on)),
    Column[Draw]("What", lambda row: cells.Text(row.description, _write_days(row))),
    Column[Draw]("Month", lambda row: cells.Text(f"{row.statement_month_on:%B %Y}")),
    Column[Draw]("Asked for by", _write_place),
    Column[Draw]("Gross", lambda row: cells.Money(row.gross_minor, row.account.currency), is_right=True),
]
