"""Bill runs: the list, and starting one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tallystick.errors import Refusal
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, show_refusal
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.run_choices import RunChoicesForm
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.run_dates import DateWarning
from tallystick.invoicing.core.run_options import BILL, CATCH_UP
from tallystick.invoicing.models import BillRun, BillRunChunk
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.run_warnings import list_run_warnings
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, RECORDS_READ

_AT_WORK = ("pending", "running", "posting", "canceling")
_WAITING = ("pending", "paused")


def _list_rows() -> QuerySet[BillRun]:
    chunks = BillRunChunk.objects.filter(run=OuterRef("pk")).order_by().values("run")
    return BillRun.objects.select_related("seller").annotate(
        drafted=Subquery(chunks.annotate(sum=Sum("documents")).values("sum")),
        failed=Subquery(chunks.annotate(sum=Sum("failed_accounts")).values("sum")),
    )


def _draw_gross(run: BillRun) -> cells.Cell:
    progress = get_run_progress(run.pk)
    sums: dict[str, int] = defaultdict(int)
    for total in (*progress.totals, *progress.drawn):
        sums[total.currency] += total.gross_minor
    return cells.MoneyList([(gross_minor, currency) for currency, gross_minor in sorted(sums.items())])


def _write_filters(run: BillRun) -> str:
    return RunFilters.from_json(run.filters).in_words().capitalize()


BILL_RUNS = Listing(
    title="Bill runs",
    question="Which passes drafted invoices, and how far is each?",
    noun="bill run",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[BillRun](
            "Run", lambda row: cells.Text(row.number, href=reverse("admin:bill_run", args=[row.pk])), sort="number"
        ),
        Column[BillRun]("State", lambda row: cells.Chip(chips.describe_bill_run(row)), sort="status"),
        Column[BillRun]("Target date", lambda row: cells.Day(row.target_on), sort="target_on"),
        Column[BillRun]("Invoice date", lambda row: cells.Day(row.invoice_on), sort="invoice_on"),
        Column[BillRun]("For", lambda row: cells.Text(_write_filters(row), row.seller.code)),
        Column[BillRun]("Started by", lambda row: cells.Text(row.created_by), sort="created_by"),
        Column[BillRun]("Invoices", lambda row: cells.Count(row.drafted or 0), is_right=True),  # type: ignore[attr-defined]
        Column[BillRun]("Failed", lambda row: cells.Count(row.failed or 0), is_right=True),  # type: ignore[attr-defined]
        Column[BillRun]("Gross, with drawn", _draw_gross, is_right=True),
    ),
    filters=(
        States(
            (
                ("review", "To review", lambda rows: rows.filter(status="completed")),
                ("at_work", "At work", lambda rows: rows.filter(status__in=_AT_WORK, queued_at__isnull=False)),
                ("waiting", "Waiting", lambda rows: rows.filter(status__in=_WAITING, queued_at__isnull=True)),
                ("posted", "Posted", lambda rows: rows.filter(status="posted")),
                ("canceled", "Canceled", lambda rows: rows.filter(status="canceled")),
            )
        ),
        Days("target", "Target date", "target_on"),
        Choice("seller", "Seller", list_seller_options, lambda rows, chosen: rows.filter(seller_id=int(chosen))),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty(
        "A bill run drafts invoices for everyone who is due; nothing is owed before you post it.",
        "New bill run",
        "admin:bill_run_new",
    ),
)


class NewBillRunForm(RunChoicesForm):
    """What a bill run is asked for."""

    invoice_on = forms.DateField(
        label="Invoice date", required=False, help_text="The date that the invoices carry. Empty: today."
    )
    is_catch_up = forms.BooleanField(
        label="Catch-up: make no invoices",
        required=False,
        help_text="What is due counts as billed by another system. Can't be taken back once it is done.",
    )
    field_order = ("seller", "target_on", "invoice_on")


@needs(RECORDS_READ)
def list_bill_runs(request: HttpRequest) -> HttpResponseBase:
    """All bill runs."""
    return show_listing(request, listing=BILL_RUNS, template="console/bill_runs.html")


@needs(BILL_RUNS_CREATE)
def new_bill_run(request: HttpRequest) -> HttpResponseBase:
    """Ask for a bill run; what was refused stays in the form, the reason beside the field."""
    given = {"target_on": today(), "accounts": request.GET.get("account", "")}
    form = NewBillRunForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        warnings = _list_warnings(form)
        if warnings and request.POST.get("confirmed") != _sign(warnings):
            return _draw_form(request, form, warnings)
        try:
            run = _start(request, form)
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases={"filters": "accounts", "account": "accounts"})
        else:
            messages.success(request, f"Bill run {run.number} is at work. You can leave this page and come back.")
            return redirect("admin:bill_run", run.pk)
    return _draw_form(request, form, ())


def _draw_form(request: HttpRequest, form: NewBillRunForm, warnings: Sequence[DateWarning]) -> HttpResponseBase:
    context = {"form": form, "warnings": warnings, "confirmed": _sign(warnings)}
    crumbs = [crumb("Bill runs", name="bill_runs")]
    return draw_page(
        request, template="console/bill_run_new.html", title="New bill run", crumbs=crumbs, context=context
    )


def _list_warnings(form: NewBillRunForm) -> Sequence[DateWarning]:
    given = form.cleaned_data
    return list_run_warnings(given["seller"], target_on=given["target_on"], invoice_on=given["invoice_on"], at=now())


def _sign(warnings: Sequence[DateWarning]) -> str:
    """What was asked about: an answer counts for these dates only."""
    return " ".join(warning.message for warning in warnings)


def _start(request: HttpRequest, form: NewBillRunForm) -> BillRun:
    given = form.cleaned_data
    return start_bill_run(
        given["seller"],
        target_on=given["target_on"],
        invoice_on=given["invoice_on"],
        filters=form.read_filters(),
        options=form.read_options(),
        kind=CATCH_UP if given["is_catch_up"] else BILL,
        at=now(),
        actor=get_actor(request),
    )
