"""Schedules of payment runs: the list, making one, one with what lies ahead, and ending the series."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.models import PaymentRunSchedule, PaymentRunScheduleEvent
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.change_schedule import change_schedule
from tallystick.collection.operations.create_schedule import NewPaymentSchedule, create_schedule
from tallystick.collection.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.collection.operations.schedule_runs import starts_at
from tallystick.collection.queries import schedules
from tallystick.collection.queries.timing import TooEarly, find_schedule_too_early, find_too_early
from tallystick.errors import Refusal
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, may, perform, show_refusal
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.pages.payment_run_forms import ChangedPaymentScheduleForm, PaymentScheduleForm
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.moments import list_schedule_moments
from tallystick.invoicing.core.schedule import ONCE, find_next_run_day
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.models import Seller

_OFFERED = ("frequency", "bill_run", "bill_run_schedule", "after_hours")
_ALIASES = {"account": "accounts", "filters": "accounts", "run_time": "run_hour"}

PAYMENT_SCHEDULES = Listing(
    title="Payment run schedules",
    question="Which payment runs are made by themselves, and when?",
    noun="schedule",
    rows=lambda: PaymentRunSchedule.objects.select_related("seller", "bill_run", "bill_run_schedule"),
    sort="-id",
    columns=(
        Column[PaymentRunSchedule](
            "Schedule",
            lambda row: cells.Text(row.name, row.seller.code, reverse("admin:payment_schedule", args=[row.pk])),
        ),
        Column[PaymentRunSchedule]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[PaymentRunSchedule]("Runs", lambda row: cells.Text(_capitalize(schedules.describe_timing(row)))),
        Column[PaymentRunSchedule]("For", lambda row: cells.Text(_capitalize(schedules.describe_choices(row)))),
        Column[PaymentRunSchedule]("Made by", lambda row: cells.Text(row.created_by)),
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
        "A schedule makes payment runs on its days, or after bill runs are posted.",
        "New schedule",
        "admin:payment_schedule_new",
    ),
)


@needs(RECORDS_READ)
def list_schedules(request: HttpRequest) -> HttpResponseBase:
    """All schedules."""
    return show_listing(request, listing=PAYMENT_SCHEDULES, template="console/payment_schedules.html")


@needs(PAYMENT_RUNS_CREATE)
def new_schedule(request: HttpRequest) -> HttpResponseBase:
    """Make a schedule. One that would begin before the posting is asked about first, with what is offered instead."""
    offered = {name: request.GET[name] for name in _OFFERED if name in request.GET}
    form = PaymentScheduleForm(request.POST or None, initial={"starts_on": today(), "run_hour": "11", **offered})
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        new, seller = form.read_schedule(), form.cleaned_data["seller"]
        warning = _find_warning(seller, new)
        if warning and request.POST.get("take_offer"):
            new, warning = _take_offer(new, warning), None
        if warning and request.POST.get("asked") != warning.words:
            context["warning"] = warning
        elif (made := _create(request, form, seller, new)) is not None:
            messages.success(request, f"The schedule {made.name} is active.")
            return redirect("admin:payment_schedule", made.pk)
    crumbs = [crumb("Payment run schedules", name="payment_schedules")]
    return draw_page(
        request, template="console/payment_schedule_new.html", title="New schedule", crumbs=crumbs, context=context
    )


@needs(RECORDS_READ)
def show_schedule(request: HttpRequest, *, schedule_id: int) -> HttpResponseBase:
    """One schedule: what lies ahead, its runs, its history."""
    schedule = schedules.get_schedule(schedule_id)
    may_change = may(request, permission=PAYMENT_RUNS_CREATE)
    context = {
        "schedule": schedule,
        "status": chips.describe(schedule.status),
        "sentence": f"{_capitalize(schedules.describe_timing(schedule))}, for {schedules.describe_choices(schedule)}.",
        "warning": find_schedule_too_early(schedule, at=now()),
        "planned": schedules.list_planned_runs(schedule),
        "runs": [(run, chips.describe_payment_run(run)) for run in schedules.list_schedule_runs(schedule_id)],
        "can_change": may_change and schedule.status in ("active", "paused"),
        "can_pause": may_change and schedule.status == "active",
        "can_resume": may_change and schedule.status == "paused",
        "can_cancel": may_change and schedule.status in ("active", "paused"),
        "moments": list_schedule_moments(PaymentRunScheduleEvent.objects.filter(schedule=schedule)),
    }
    crumbs = [crumb("Payment run schedules", name="payment_schedules")]
    return draw_page(
        request, template="console/payment_schedule.html", title=schedule.name, crumbs=crumbs, context=context
    )


@needs(PAYMENT_RUNS_CREATE)
def change(request: HttpRequest, *, schedule_id: int) -> HttpResponseBase:
    """Give a schedule another name, time or choice; the runs that wait of it follow."""
    schedule = schedules.get_schedule(schedule_id)
    form = ChangedPaymentScheduleForm(request.POST or None, schedule=schedule)
    if request.method == "POST" and form.is_valid():
        new, reason = form.read_change(), form.cleaned_data["reason"]
        try:
            changed = change_schedule(schedule, change=new, reason=reason, at=now(), actor=get_actor(request))
        except Refusal as refusal:
            show_refusal(form, refusal=refusal, aliases=_ALIASES)
        else:
            messages.success(request, f"{changed.name} is changed, and what waits of it.")
            return redirect("admin:payment_schedule", schedule_id)
    crumbs = [
        crumb("Payment run schedules", name="payment_schedules"),
        Crumb(schedule.name, reverse("admin:payment_schedule", args=[schedule_id])),
    ]
    context = {"form": form, "schedule": schedule, "timing": _capitalize(schedules.describe_timing(schedule))}
    title = f"Change {schedule.name}"
    return draw_page(
        request, template="console/payment_schedule_change.html", title=title, crumbs=crumbs, context=context
    )


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
    return redirect("admin:payment_schedule", schedule_id)


@require_POST
@needs(RECORDS_READ)
def resume(request: HttpRequest, *, schedule_id: int) -> HttpResponse:
    """Let it go on with its next day."""
    perform(
        request,
        act=lambda: resume_schedule(schedules.get_schedule(schedule_id), at=now(), actor=get_actor(request)),
        done=lambda schedule: f"{schedule.name} is {schedule.status}.",
    )
    return redirect("admin:payment_schedule", schedule_id)


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
    return redirect("admin:payment_schedule", schedule_id)


def _create(
    request: HttpRequest, form: PaymentScheduleForm, seller: Seller, new: NewPaymentSchedule
) -> PaymentRunSchedule | None:
    try:
        return create_schedule(seller, new=new, at=now(), actor=get_actor(request))
    except Refusal as refusal:
        show_refusal(form, refusal=refusal, aliases=_ALIASES)
        return None


def _find_warning(seller: Seller, new: NewPaymentSchedule) -> TooEarly | None:
    """What is to be said of its first run before it is saved (ZUO-49)."""
    if new.recurrence is None:
        return None
    first_on = find_next_run_day(new.recurrence)
    if first_on is None:
        return None
    begins = starts_at(PaymentRunSchedule(seller=seller, run_time=new.run_time), run_on=first_on)
    is_series = new.recurrence.frequency != ONCE
    return find_too_early(seller, starts_at=begins, at=now(), bill_run=new.bill_run, is_series=is_series)


def _take_offer(new: NewPaymentSchedule, warning: TooEarly) -> NewPaymentSchedule:
    series_id = warning.bill_run_schedule_id
    after = AfterPosting(warning.offered_hours, None if series_id else warning.bill_run_id, series_id)
    return new._replace(recurrence=None, bill_run=None, after=after)


def _capitalize(words: str) -> str:
    return words[:1].upper() + words[1:]
