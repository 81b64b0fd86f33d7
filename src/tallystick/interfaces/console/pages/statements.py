"""Statements: what was drawn in a month, asked for on the first of the next."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor
from tallystick.interfaces.console.chrome import crumb, needs
from tallystick.interfaces.console.filling import Filling, PlainForm, fill
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import now
from tallystick.invoicing.models import StatementRun
from tallystick.invoicing.operations.start_statements import start_statements
from tallystick.plumbing.permissions import BILL_RUNS_POST, RECORDS_READ
from tallystick.sellers.models import Seller
from tallystick.sellers.queries import get_seller

STATEMENTS = Listing(
    title="Statements",
    question="Which months of drawn charges were asked for?",
    noun="month",
    nouns="months",
    rows=lambda: StatementRun.objects.select_related("seller"),
    sort="-id",
    columns=(
        Column[StatementRun]("Month", lambda row: cells.Text(f"{row.month_on:%B %Y}", row.seller.code)),
        Column[StatementRun]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[StatementRun]("Dated", lambda row: cells.Day(row.invoice_on)),
        Column[StatementRun]("Documents", lambda row: cells.Count(row.documents), is_right=True),
        Column[StatementRun]("Accounts", lambda row: cells.Count(row.accounts), is_right=True),
        Column[StatementRun](
            "Left out", lambda row: cells.Text("; ".join(f"{name}: {why}" for name, why in row.failed.items()))
        ),
        Column[StatementRun]("Made by", lambda row: cells.Text(row.created_by)),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("They are made by themselves on the first of a month, for what was drawn in the month before."),
)


class StatementForm(PlainForm):
    """Which month of which seller."""

    seller = forms.ChoiceField(label="Seller")
    month_on = forms.DateField(label="Month", required=False, help_text="Any day of it; empty: the last month.")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        codes = Seller.objects.order_by("code").values_list("code", flat=True)
        self.fields["seller"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]


@needs(RECORDS_READ)
def list_statements(request: HttpRequest) -> HttpResponseBase:
    """All months whose statements were made."""
    return show_listing(request, listing=STATEMENTS, template="console/statements.html")


@needs(BILL_RUNS_POST)
def make_statement(request: HttpRequest) -> HttpResponseBase:
    """Ask for the statements of a month."""

    def act(filled: StatementForm) -> StatementRun:
        given = filled.cleaned_data
        seller = get_seller(given["seller"])
        return start_statements(seller, month_on=given["month_on"], at=now(), actor=get_actor(request))

    filling = Filling(
        title="Make statements",
        intro="Asks for what was drawn in a month and stands on no document yet, dated the first of the month after.",
        button="Make and post the statements",
        crumbs=[crumb("Statements", name="statements")],
        act=act,
        done=lambda run: f"The {run} are being made.",
        go=lambda _: reverse("admin:statements"),
        ask=lambda _: "Post the statements? Each gets its number; the balance of the accounts stays.",
    )
    return fill(request, form=StatementForm(request.POST or None), filling=filling)
