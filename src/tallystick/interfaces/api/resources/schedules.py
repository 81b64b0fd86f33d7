"""Schedules of bill runs: make, look at, change, pause, resume, cancel."""

from __future__ import annotations

from datetime import time
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.run_shapes import (
    NewSchedule,
    Schedule,
    ScheduleChange,
    ScheduleStatus,
    ScheduleSummary,
    ScheduleTerms,
)
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Id, Reason
from tallystick.invoicing.core.schedule import Recurrence
from tallystick.invoicing.operations.cancel_schedule import cancel_schedule
from tallystick.invoicing.operations.change_schedule import change_schedule
from tallystick.invoicing.operations.create_schedule import NewSchedule as Wanted
from tallystick.invoicing.operations.create_schedule import create_schedule
from tallystick.invoicing.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.invoicing.queries import schedules
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_EDIT, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Bill run schedules"])
LIST = "bill-run-schedules"


class ScheduleQuery(Schema):
    """Which schedules."""

    seller: SellerCode = ""
    status: ScheduleStatus | None = None


class Why(Body):
    """Why a schedule is paused or canceled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "prices are being checked"}]})

    reason: Reason


class Resumption(Body):
    """How a schedule goes on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"runs_now": True}]})

    runs_now: bool = Field(False, description="make one run at once besides, for what fell due meanwhile")


@router.get("/bill-run-schedules", response=Page[ScheduleSummary], auth=Needs(RECORDS_READ))
def list_bill_run_schedules(request: HttpRequest, which: Query[ScheduleQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Schedules."""
    seller_id = get_seller(which.seller).pk if which.seller else None
    after_id = read_cursor(paging, of=LIST)
    rows = schedules.list_schedules(seller_id=seller_id, status=which.status, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.pk)


@router.post("/bill-run-schedules", response={201: Schedule}, auth=Needs(BILL_RUNS_CREATE, is_key_required=True))
def create_bill_run_schedule(request: HttpRequest, body: NewSchedule) -> dict[str, Any]:
    """Make a schedule. Its first run waits at once; `warnings` say what to think of where it posts itself."""
    made = create_schedule(get_seller(body.seller), new=_read_terms(body), at=clock.now(), actor=get_actor(request))
    return _show(made.pk)


@router.get("/bill-run-schedules/{schedule_id}", response=Schedule, auth=Needs(RECORDS_READ))
def get_bill_run_schedule(request: HttpRequest, schedule_id: Path[Id]) -> dict[str, Any]:
    """One schedule with its next dates, its runs and its history. To cancel one occurrence, cancel its run."""
    return _show(schedule_id)


@router.put("/bill-run-schedules/{schedule_id}", response=Schedule, auth=Needs(BILL_RUNS_EDIT))
def change_bill_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: ScheduleChange) -> dict[str, Any]:
    """Give a schedule other terms, all of them anew; its waiting run follows, runs that it made before stay."""
    schedule, new = schedules.get_schedule(schedule_id), _read_terms(body)
    change_schedule(schedule, new=new, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post("/bill-run-schedules/{schedule_id}/pause", response=Schedule, auth=Needs(BILL_RUNS_EDIT))
def pause_bill_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: Why) -> dict[str, Any]:
    """Let a schedule rest; a run of it that is at work goes on."""
    schedule = schedules.get_schedule(schedule_id)
    pause_schedule(schedule, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post(
    "/bill-run-schedules/{schedule_id}/resume",
    response=Schedule,
    auth=Needs(BILL_RUNS_EDIT, is_key_required=True),
)
def resume_bill_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: Resumption) -> dict[str, Any]:
    """Let it go on with its next day; that run bills all that fell due meanwhile."""
    schedule = schedules.get_schedule(schedule_id)
    resume_schedule(schedule, runs_now=body.runs_now, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


@router.post("/bill-run-schedules/{schedule_id}/cancel", response=Schedule, auth=Needs(BILL_RUNS_EDIT))
def cancel_bill_run_schedule(request: HttpRequest, schedule_id: Path[Id], body: Why) -> dict[str, Any]:
    """End the whole series; runs that it made before stay."""
    schedule = schedules.get_schedule(schedule_id)
    cancel_schedule(schedule, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(schedule_id)


def _read_terms(body: ScheduleTerms) -> Wanted:
    hour, _, minute = body.run_time.partition(":")
    return Wanted(
        name=body.name,
        recurrence=Recurrence(body.frequency, body.starts_on, body.ends_until, body.weekday, body.month_day),
        run_time=time(int(hour), int(minute)),
        target=body.target.as_rule(),
        invoice=body.invoice.as_rule(),
        filters=body.as_filters(),
        takes_run_day_anchors=body.takes_run_day_anchors,
        options=body.as_options(),
    )


def _show(schedule_id: int) -> dict[str, Any]:
    schedule = schedules.get_schedule(schedule_id)
    return {
        **ScheduleSummary.from_orm(schedule).model_dump(),
        "planned": schedules.list_planned_runs(schedule),
        "runs": schedules.list_schedule_runs(schedule_id),
        "warnings": list_warnings(
            schedule.seller, auto_posts=schedule.auto_posts, auto_emails=schedule.auto_emails, at=clock.now()
        ),
        "events": schedules.list_schedule_events(schedule_id),
    }
