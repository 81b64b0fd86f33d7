"""Schedules of payment runs: make, look at, change, pause, resume, cancel."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.change_schedule import ScheduleChange, change_schedule
from tallystick.collection.operations.create_schedule import NewPaymentSchedule as Wanted
from tallystick.collection.operations.create_schedule import create_schedule
from tallystick.collection.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.collection.queries import schedules
from tallystick.collection.queries.timing import find_schedule_too_early
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.payment_run_shapes import (
    ChangedPaymentSchedule,
    NewPaymentSchedule,
    PaymentRunWhy,
    PaymentSchedule,
    PaymentScheduleStatus,
    PaymentScheduleSummary,
    list_warnings,
)
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Id
from tallystick.invoicing.core.schedule import Recurrence
from tallystick.invoicing.queries.lists import get_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payment run schedules"])
LIST = "payment-run-schedules"


class PaymentScheduleQuery(Schema):
    """Which schedules."""

    seller: SellerCode = ""
    status: PaymentScheduleStatus | None = None


@router.get("/payment-run-schedules", response=Page[PaymentScheduleSummary], auth=Needs(RECORDS_READ))
def list_payment_run_schedules(
    request: HttpRequest, which: Query[PaymentScheduleQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """Schedules."""
    seller_id = get_seller(which.seller).pk if which.seller else None
    after_id = read_cursor(paging, of=LIST)
    rows = schedules.list_schedules(seller_id=seller_id, status=which.status, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.pk)


@router.post(
    "/payment-run-schedules", response={201: PaymentSchedule}, auth=Needs(PAYMENT_RUNS_CREATE, is_key_required=True)
)
def create_payment_run_schedule(request: HttpRequest, body: NewPaymentSchedule) -> dict[str, Any]:
    """Make a schedule. Its first run waits at once; `warnings` say if it is likely to begin before the posting."""
    seller = get_seller(body.seller)
    new = Wanted(
        name=body.name,
        recurrence=_read_recurrence(body, today=clock.today(seller.time_zone)) if body.frequency else None,
        after=_read_after(body),
        run_time=_read_time(body.run_time),
        target_days=body.target_days,
        filters=body.as_filters(),
        bill_run=get_run(body.bill_run_id) if body.bill_run_id is not None else None,
        options=body.as_options(),
    )
    made = create_schedule(seller, new=new, at=clock.now(), actor=get_actor(request))
    return _show(made.pk)


@router.get("/payment-run-schedules/{schedule_id}", response=PaymentSchedule, auth=Needs(RECORDS_READ))
def get_payment_run_schedule(request: HttpRequest, schedule_id: Path[Id]) -> dict[str, Any]:
    """One schedule with what lies ahead, its runs and its history. To cancel one occurrence, cancel its run."""
    return _show(schedule_id)


@router.patch("/payment-run-schedules/{schedule_id}", response=PaymentSchedule, auth=Needs(PAYMENT_RUNS_CREATE))
def change_payment_run_schedule(
    request: HttpRequest, schedule_id: Path[Id], body: ChangedPaymentSchedule
) -> dict[str, Any]:
    """Change what is named of an active or paused schedule. Runs that wait follow; those that began stay as they are.
    A time of the day is for schedules of days, hours for those that wait for a posting."""
    change = ScheduleChange(
        name=body.name,
        run_time=None if body.run_time is None else _read_time(body.run_time),
        after_hours=body.after_hours,
        target_days=body.target_days,
        filters=body.choices.as_filters() if body.choices else None,
        options=body.choices.as_options() if body.choices else None,
    )
    schedule = schedules.get_schedule(schedule_id)
    change_schedule(schedule, change=change, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post("/payment-run-schedules/{schedule_id}/pause", response=PaymentSchedule, auth=Needs(PAYMENT_RUNS_CREATE))
def pause_payment_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: PaymentRunWhy) -> dict[str, Any]:
    """Let the schedule rest: what waits of it does not begin until it is resumed."""
    schedule = schedules.get_schedule(schedule_id)
    pause_schedule(schedule, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post("/payment-run-schedules/{schedule_id}/resume", response=PaymentSchedule, auth=Needs(PAYMENT_RUNS_CREATE))
def resume_payment_run_schedule(request: HttpRequest, schedule_id: Path[Id]) -> dict[str, Any]:
    """Let a paused schedule go on with its next day; that run takes what fell due meanwhile."""
    schedule = schedules.get_schedule(schedule_id)
    resume_schedule(schedule, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post("/payment-run-schedules/{schedule_id}/cancel", response=PaymentSchedule, auth=Needs(PAYMENT_RUNS_CREATE))
def cancel_payment_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: PaymentRunWhy) -> dict[str, Any]:
    """End the whole series; runs that it made before stay."""
    schedule = schedules.get_schedule(schedule_id)
    cancel_schedule(schedule, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


def _read_time(text: str) -> time:
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def _read_recurrence(body: NewPaymentSchedule, *, today: date) -> Recurrence:
    return Recurrence(body.frequency or "", body.starts_on or today, body.ends_until, body.weekday, body.month_day)


def _read_after(body: NewPaymentSchedule) -> AfterPosting | None:
    if body.after_hours is None and body.after_bill_run_id is None and body.after_bill_run_schedule_id is None:
        return None
    return AfterPosting(body.after_hours or 0, body.after_bill_run_id, body.after_bill_run_schedule_id)


def _show(schedule_id: int) -> dict[str, Any]:
    schedule = schedules.get_schedule(schedule_id)
    return {
        **PaymentScheduleSummary.from_orm(schedule).model_dump(),
        "runs_when": schedules.describe_timing(schedule),
        "takes": schedules.describe_choices(schedule),
        "planned": schedules.list_planned_runs(schedule),
        "runs": schedules.list_schedule_runs(schedule_id),
        "warnings": list_warnings(find_schedule_too_early(schedule, at=clock.now())),
        "events": schedules.list_schedule_events(schedule_id),
    }
