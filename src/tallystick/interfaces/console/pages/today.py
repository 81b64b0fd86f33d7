"""Today: what needs me, what is owed, what ran this month, and what came in against what should have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from tallystick.collection.models import PaymentRun
from tallystick.collection.queries.runs import get_payment_run_progress
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may
from tallystick.interfaces.console.chrome import draw_fragment, draw_page, needs
from tallystick.interfaces.console.formats import write_instant
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column, Table
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.pictures import HEIGHT, WIDTH, draw_ageing, draw_month
from tallystick.interfaces.console.reads.tasks import list_tasks
from tallystick.interfaces.console.reads.workers import are_workers_alive, list_stuck_jobs
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import RECORDS_READ, ROLLUPS_READ
from tallystick.rollups.queries import CollectionMonth, compute_receivables, list_collection
from tallystick.sellers.models import Seller


class RunThisMonth(NamedTuple):
    """A bill run or a payment run in the list of both."""

    at: datetime
    number: str
    href: str
    status: chips.Status
    what: str
    begins: cells.Cell
    amounts: list[tuple[int, str]]


RUN_COLUMNS = (
    Column[RunThisMonth]("Run", lambda row: cells.Text(row.number, row.what, row.href)),
    Column[RunThisMonth]("State", lambda row: cells.Chip(row.status)),
    Column[RunThisMonth]("Started", lambda row: row.begins),
    Column[RunThisMonth]("Billed or collected", lambda row: cells.MoneyList(row.amounts), is_right=True),
)


def show_today(request: HttpRequest) -> HttpResponseBase:
    """The page that the console opens on. Staff without a role read whom to ask for one."""
    if not may(request, permission=RECORDS_READ):
        return draw_page(request, template="console/no_role.html", title="Today")
    runs, heading = _list_runs(today()), "Runs this month"
    if not runs and (before := _list_runs(today().replace(day=1) - timedelta(days=1))):
        runs, heading = before, "Runs last month"
    context = {
        "runs_heading": heading,
        "day": today(),
        "tasks": list_tasks(),
        "runs": Table(RUN_COLUMNS, runs, "Nothing ran this month yet."),
        "is_empty": not BillRun.objects.exists(),
    }
    return draw_page(request, template="console/today.html", title="Today", context=context)


@needs(ROLLUPS_READ)
def show_receivables(request: HttpRequest) -> HttpResponseBase:
    """What is owed; fetched after the page, since it adds up every open document."""
    owed = [
        (receivables, draw_ageing(receivables))
        for seller in Seller.objects.order_by("code")
        for receivables in compute_receivables(seller, as_of=today(), actor=get_actor(request))
    ]
    owed.sort(key=lambda pair: -pair[0].receivable_minor)
    context = {"receivables": owed}
    return draw_fragment(request, template="console/parts/today_receivables.html", context=context)


@needs(ROLLUPS_READ)
def show_collected(request: HttpRequest) -> HttpResponseBase:
    """The picture of this month, or of the one before while nothing of this one is posted; fetched after the page."""
    pictures = [
        draw_month(collection, today=today())
        for seller in Seller.objects.order_by("code")
        for collection in _find_collection(seller, get_actor(request))
    ]
    context = {"pictures": pictures, "width": WIDTH, "height": HEIGHT}
    return draw_fragment(request, template="console/parts/today_collected.html", context=context)


def _find_collection(seller: Seller, actor: Actor) -> list[CollectionMonth]:
    this_month = today().replace(day=1)
    for month in (this_month, this_month - timedelta(days=1)):
        found = list_collection(seller, month=month, as_of=today(), actor=actor)
        if any(each.days[-1].expected_so_far_minor for each in found):
            return found
    return []


@needs(RECORDS_READ)
def show_stuck_jobs(request: HttpRequest) -> HttpResponseBase:
    """Jobs that gave up, and whether anybody works."""
    context = {"jobs": list_stuck_jobs()[:100], "has_workers": are_workers_alive()}
    return draw_page(request, template="console/stuck_jobs.html", title="Jobs", context=context)


def _list_runs(day: date) -> list[RunThisMonth]:
    """Runs from the beginning of a day's month on, the latest first."""
    begin = datetime.combine(day.replace(day=1), time.min, tzinfo=timezone.get_current_timezone())
    return sorted([*_list_bill_runs(begin), *_list_payment_runs(begin)], key=lambda run: run.at, reverse=True)


def _list_bill_runs(begin: datetime) -> Iterator[RunThisMonth]:
    for run in BillRun.objects.filter(created_at__gte=begin, created_at__lte=now()).order_by("-pk")[:20]:
        amounts = [(total.gross_minor, total.currency) for total in get_run_progress(run.pk).totals]
        href = reverse("admin:bill_run", args=[run.pk])
        begins = _draw_beginning(run, "")
        yield RunThisMonth(run.created_at, run.number, href, chips.describe_bill_run(run), "Bill run", begins, amounts)


def _list_payment_runs(begin: datetime) -> Iterator[RunThisMonth]:
    runs = PaymentRun.objects.filter(created_at__gte=begin, created_at__lte=now()).select_related("bill_run")
    for run in runs.order_by("-pk")[:20]:
        totals = get_payment_run_progress(run.pk).totals
        amounts = [(total.payments_minor, total.currency) for total in totals]
        href = reverse("admin:payment_run", args=[run.pk])
        begins, status = (
            _draw_beginning(run, f"Waits for the posting of {run.bill_run}"),
            chips.describe_payment_run(run),
        )
        yield RunThisMonth(run.created_at, run.number, href, status, "Payment run", begins, amounts)


def _draw_beginning(run: BillRun | PaymentRun, waits: str) -> cells.Cell:
    """When it began, or what a run waits for that has not: its time, or what is said in `waits`."""
    if run.status != "pending" or run.queued_at is not None:
        return cells.Instant(run.started_at or run.created_at)
    return cells.Text(f"Waits for {write_instant(run.starts_at)}" if run.starts_at else waits)
