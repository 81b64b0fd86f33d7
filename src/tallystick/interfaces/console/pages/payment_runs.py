"""Payment runs: the list, and starting one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.collection.queries.schedules import describe_choices
from tallystick.errors import Refusal
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, show_refusal
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.payment_run_forms import NewPaymentRunForm
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.collectable import list_collectable, write_collect_question
from tallystick.interfaces.console.reads.sellers import list_seller_options
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ

_FOLLOW_UP = Q(status="failed", follow_up="open")


def _list_rows() -> QuerySet[PaymentRun]:
    items = PaymentRunItem.objects.filter(run=OuterRef("pk")).order_by().values("run")
    return PaymentRun.objects.select_related("seller", "bill_run").annotate(
        taken=Subquery(items.annotate(many=Count("pk")).values("many")),
        open_failures=Subquery(items.filter(_FOLLOW_UP).annotate(many=Count("pk")).values("many")),
    )


def _draw_collected(run: PaymentRun) -> cells.Cell:
    totals = get_payment_run_progress(run.pk).totals
    return cells.MoneyList([(total.payments_minor, total.currency) for total in totals])


def _draw_filters(run: PaymentRun) -> cells.Text:
    words = describe_choices(run)
    return cells.Text(words[:1].upper() + words[1:], run.seller.code)


PAYMENT_RUNS = Listing(
    title="Payment runs",
    question="Which passes collected, and what is left to follow up?",
    noun="payment run",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[PaymentRun](
            "Run", lambda row: cells.Text(row.number, href=reverse("admin:payment_run", args=[row.pk])), sort="number"
        ),
        Column[PaymentRun]("State", lambda row: cells.Chip(chips.describe_payment_run(row)), sort="status"),
        Column[PaymentRun]("Run on", lambda row: cells.Day(row.run_on), sort="run_on"),
        Column[PaymentRun]("Due up to", lambda row: cells.Day(row.target_on), sort="target_on"),
        Column[PaymentRun]("For", _draw_filters),
        Column[PaymentRun]("Started by", lambda row: cells.Text(row.created_by), sort="created_by"),
        Column[PaymentRun]("Invoices", lambda row: cells.Count(row.taken or 0), is_right=True),  # type: ignore[attr-defined]
        Column[PaymentRun](
            "To follow up",
            lambda row: cells.Count(row.open_failures or 0),  # type: ignore[attr-defined]
            is_right=True,
        ),
        Column[PaymentRun]("Collected", _draw_collected, is_right=True),
    ),
    filters=(
        States(
            (
                (
                    "at_work",
                    "At work",
                    lambda rows: rows.filter(status__in=("pending", "running"), queued_at__isnull=False),
                ),
                ("waiting", "Waiting", lambda rows: rows.filter(status="pending", queued_at__isnull=True)),
                ("follow_up", "To follow up", lambda rows: rows.filter(open_failures__gt=0)),
                ("completed", "Completed", lambda rows: rows.filter(status="completed")),
            )
        ),
        Days("run_on", "Run on", "run_on"),
        Choice("seller", "Seller", list_seller_options, lambda rows, chosen: rows.filter(seller_id=int(chosen))),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty(
        "A payment run charges the saved methods of everyone whose posted invoices are due.",
        "New payment run",
        "admin:payment_run_new",
    ),
)


@needs(RECORDS_READ)
def list_payment_runs(request: HttpRequest) -> HttpResponseBase:
    """All payment runs."""
    return show_listing(request, listing=PAYMENT_RUNS, template="console/payment_runs.html")


@needs(PAYMENT_RUNS_CREATE)
def new_payment_run(request: HttpRequest) -> HttpResponseBase:
    """Ask for a payment run: first what it would take, in numbers; then, on yes, it is started."""
    given = {"target_on": today(), "bill_run": request.GET.get("bill_run", "")}
    form = NewPaymentRunForm(request.POST or None, initial=given)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        found = list_collectable(
            form.cleaned_data["seller"],
            target_on=form.cleaned_data["target_on"],
            filters=form.read_filters(),
            bill_run=form.cleaned_data["bill_run"],
        )
        question = write_collect_question(found) if found else ""
        if question and request.POST.get("asked") == question:
            run = _start(request, form)
            if run is not None:
                messages.success(request, f"Payment run {run.number} is at work. You can leave and come back.")
                return redirect("admin:payment_run", run.pk)
        else:
            context |= {"question": question, "is_nothing_due": not found}
    crumbs = [crumb("Payment runs", name="payment_runs")]
    return draw_page(
        request, template="console/payment_run_new.html", title="New payment run", crumbs=crumbs, context=context
    )


def _start(request: HttpRequest, form: NewPaymentRunForm) -> PaymentRun | None:
    given = form.cleaned_data
    try:
        return start_payment_run(
            given["seller"],
            target_on=given["target_on"],
            filters=form.read_filters(),
            bill_run=given["bill_run"],
            options=form.read_options(),
            at=now(),
            actor=get_actor(request),
        )
    except Refusal as refusal:
        show_refusal(form, refusal=refusal, aliases={"account": "accounts"})
        return None
