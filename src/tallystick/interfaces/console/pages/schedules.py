"""Schedules of bill runs: the list, making one, one with its next dates, and what can be done with it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.errors import Refusal
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform, show_refusal
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.schedule_form import ChangedScheduleForm, ScheduleForm, read_present
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.moments import list_schedule_moments
from tallystick.invoicing.models import BillRunSchedule, BillRunScheduleEvent
from tallystick.invoicing.operations.cancel_schedule import cancel_schedule
from tallystick.invoicing.operations.change_schedule import change_schedule
from tallystick.invoicing.operations.create_schedule import create_schedule
from tallystick.invoicing.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.invoicing.queries import schedules
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_EDIT, RECORDS_READ

_RUNS = {"once": "Once", "daily": "Every day", "weekly": "Every week", "monthly": "Every month"}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_LAST_DAY = 31


def describe_recurrence(schedule: BillRunSchedule) -> str:
    """When it runs, in words: "Every month, last day, at 06:00"."""
    day = ""
    if schedule.weekday is not None:
        day = f", {_WEEKDAYS[schedule.weekday - 1]}"
    elif schedule.month_day is not None:
        day = ", last day" if schedule.month_day == _LAST_DAY else f", day {schedule.month_day}"
    return f"{_RUNS[schedule.frequency]}{day}, at {schedule.run_time:%H:%M}"


def _find_next(schedule: BillRunSchedule) -> date | None:
    waiting = schedules.find_next_run(schedule.pk)
    return waiting.occurrence_on if waiting is not None else None


SCHEDULES = Listing(
    title="Schedules",
    question="Which bill runs are made by themselves, and when is the next?",
    noun="schedule",
    rows=lambda: BillRunSchedule.objects.select_related("seller"),
    sort="-id",
    columns=(
        Column[BillRunSchedule](
            "Schedule",
            lambda row: cells.Text(row.name, row.seller.code, reverse("admin:schedule", args=[row.pk])),
            sort="name",
        ),
        Column[BillRunSchedule]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[BillRunSchedule]("Runs", lambda row: cells.Text(describe_recurrence(row))),
        Column[BillRunSchedule]("Next", lambda row: cells.Day(_find_next(row))),
        Column[BillRunSchedule]("For", lambda row: cells.Text(schedules.describe_filters(row).capitalize())),
        Column[BillRunSchedule](
            "By itself",
            lambda row: cells.Text("Posts and mails" if row.auto_emails else "Posts" if row.auto_posts else ""),
        ),
        Column[BillRunSchedule]("Made by", lambda row: cells.Text(row.created_by)),
    ),
    filters=(
        States(
            (
                ("active", "Active", lambda rows: rows.filter(status="active")),
                ("paused", "Paused", lambda rows: rows.filter(status="paused")),
                ("over", "Over", lambda rows: rows.filter(status__in=["finished", "canceled"])),
            )
        ),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty(
        "A schedule makes bill runs on its days, each under a number of its own.", "New schedule", "admin:schedule_new"
    ),
)


@needs(RECORDS_READ)
def list_schedules(request: HttpRequest) -> HttpResponseBase:
    """All schedules."""
    return show_listing(request, listing=SCHEDULES, template="console/schedules.html")


@needs(BILL_RUNS_CREATE)
def new_schedule(request: HttpRequest) -> HttpResponseBase:
    """Make a schedule; what was refused stays in the form."""
    form = ScheduleForm(request.POST or None, initial={"starts_on": today()})
    if request.method == "POST" and form.is_valid():
        try:
            made = create_schedule(
                form.cleaned_data["seller"], new=form.read_schedule(), at=now(), actor=get_actor(request)
            )
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases={"filters": "accounts"})
        else:
            perform(request, act=lambda: made, done=lambda schedule: f"The schedule {schedule.name} is active.")
            return redirect("admin:schedule", made.pk)
    crumbs = [crumb("Schedules", name="schedules")]
    return draw_page(
        request, template="console/schedule_new.html", title="New schedule", crumbs=crumbs, context={"form": form}
    )


@needs(RECORDS_READ)
def show_schedule(request: HttpRequest, *, schedule_id: int) -> HttpResponseBase:
    """One schedule: its next dates, its runs, its history."""
    schedule = schedules.get_schedule(schedule_id)
    may_edit = may(request, permission=BILL_RUNS_EDIT)
    context = {
        "schedule": schedule,
        "status": chips.describe(schedule.status),
        "sentence": f"{describe_recurrence(schedule)}, for {schedules.describe_filters(schedule)}.",
        "planned": schedules.list_planned_runs(schedule),
        "runs": [(run, chips.describe_bill_run(run)) for run in schedules.list_schedule_runs(schedule_id)],
        "warnings": list_warnings(
            schedule.seller, auto_posts=schedule.auto_posts, auto_emails=schedule.auto_emails, at=now()
        ),
        "can_pause": may_edit and schedule.status == "active",
        "can_resume": may_edit and schedule.status == "paused",
        "can_cancel": may_edit and schedule.status in ("active", "paused"),
        "moments": list_schedule_moments(BillRunScheduleEvent.objects.filter(schedule=schedule)),
    }
    crumbs = [crumb("Schedules", name="schedules")]
    return draw_page(request, template="console/schedule.html", title=schedule.name, crumbs=crumbs, context=context)


@needs(BILL_RUNS_EDIT)
def change(request: HttpRequest, *, schedule_id: int) -> HttpResponseBase:
    """Give it other terms; what was refused stays in the form."""
    schedule = schedules.get_schedule(schedule_id)
    form = ChangedScheduleForm(request.POST or None, initial=read_present(schedule))
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            changed = change_schedule(
                schedule, new=form.read_schedule(), reason=reason, at=now(), actor=get_actor(request)
            )
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases={"filters": "accounts"})
        else:
            perform(request, act=lambda: changed, done=lambda it: f"{it.name} is changed, and its next run with it.")
            return redirect("admin:schedule", schedule_id)
    title = f"Change {schedule.name}"
    crumbs = [
        crumb("Schedules", name="schedules"),
        Crumb(schedule.name, reverse("admin:schedule", args=[schedule_id])),
    ]
    context = {"form": form, "schedule": schedule}
    return draw_page(request, template="console/schedule_new.html", title=title, crumbs=crumbs, context=context)


@require_POST
@needs(RECORDS_READ)
def pause(request: HttpRequest, *, schedule_id: int) -> HttpResponse:
    """Let it rest."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: pause_schedule(
            schedules.get_schedule(schedule_id), reason=reason, at=now(), actor=get_actor(request)
        ),
        done=lambda schedule: f"{schedule.name} is paused.",
    )
    return redirect("admin:schedule", schedule_id)


@require_POST
@needs(RECORDS_READ)
def resume(request: HttpRequest, *, schedule_id: int) -> HttpResponse:
    """Let it go on, perhaps with one run at once."""
    runs_now = bool(request.POST.get("runs_now"))
    perform(
        request,
        act=lambda: resume_schedule(
            schedules.get_schedule(schedule_id), runs_now=runs_now, at=now(), actor=get_actor(request)
        ),
        done=lambda schedule: f"{schedule.name} is {schedule.status}.",
    )
    return redirect("admin:schedule", schedule_id)


@require_POST
@needs(RECORDS_READ)
def cancel(request: HttpRequest, *, schedule_id: int) -> HttpResponse:
    """End the series."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: cancel_schedule(
            schedules.get_schedule(schedule_id), reason=reason, at=now(), actor=get_actor(request)
        ),
        done=lambda schedule: f"{schedule.name} is canceled; the runs that it made stay.",
    )
    return redirect("admin:schedule", schedule_id)
