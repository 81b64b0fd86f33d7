"""Pause a schedule and let it go on (ZUO 2.2)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.schedule import find_next_run_day
from tallystick.invoicing.errors import WrongScheduleState
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.invoicing.operations.insert_run import insert_run
from tallystick.invoicing.operations.record_events import advance_run
from tallystick.invoicing.operations.schedule_runs import (
    compute_run_dates,
    compute_run_filters,
    find_waiting_run,
    lock_schedule,
    options_of,
    recurrence_of,
    runner_of_schedule,
    set_schedule_status,
    starts_at,
)
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_EDIT, BILL_RUNS_POST, DELIVERIES_SEND


def pause_schedule(schedule: BillRunSchedule, *, reason: str, at: datetime, actor: Actor) -> BillRunSchedule:
    """Let an active schedule rest: its waiting run becomes paused. A reason is mandatory. What runs already goes on."""
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is paused; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = _lock(schedule, status="active", event="pause")
        run = find_waiting_run(schedule)
        if run is not None:
            advance_run(run, event="pause", at=at, actor=actor, reason=reason)
        set_schedule_status(schedule, event="pause", to="paused", at=at, actor=actor, reason=reason)
    return schedule


def resume_schedule(
    schedule: BillRunSchedule, *, at: datetime, actor: Actor, runs_now: bool = False
) -> BillRunSchedule:
    """Let a paused schedule go on with its next day; that run bills whatever fell due meanwhile.

    `runs_now` makes one run at once besides, as if today were a day of the schedule. Without any next day the paused
    run is canceled and the schedule is finished.
    """
    actor.require(BILL_RUNS_EDIT)
    if runs_now:
        _require_may_run(schedule, actor)
    with transaction.atomic():
        schedule = _lock(schedule, status="paused", event="resume")
        set_schedule_status(schedule, event="resume", to="active", at=at, actor=actor)
        run = find_waiting_run(schedule)
        if run is not None:
            _move_on(schedule, run, at, actor)
        if runs_now:
            _run_now(schedule, at, actor)
    return schedule


def _require_may_run(schedule: BillRunSchedule, actor: Actor) -> None:
    actor.require(BILL_RUNS_CREATE)
    if schedule.auto_posts:
        actor.require(BILL_RUNS_POST)
    if schedule.auto_emails:
        actor.require(DELIVERIES_SEND)


def _lock(schedule: BillRunSchedule, *, status: str, event: str) -> BillRunSchedule:
    locked = lock_schedule(schedule.pk)
    if locked.status != status:
        raise WrongScheduleState(name=locked.name, status=locked.status, event=event)
    return locked


def _move_on(schedule: BillRunSchedule, run: BillRun, at: datetime, actor: Actor) -> None:
    """Put the paused run on the first day that lies ahead; the days in between are not made up one by one."""
    was_on = run.occurrence_on
    run_on = _find_day_ahead(schedule, run, at)
    if run_on is None:
        advance_run(run, event="cancel", at=at, actor=actor, reason="there is no next day")
        advance_run(run, event="finish_cancel", at=at, actor=actor)
        set_schedule_status(schedule, event="finish", to="finished", at=at, actor=actor, reason="there is no next day")
        return
    dates = compute_run_dates(schedule, run_on=run_on)
    run.occurrence_on, run.starts_at = run_on, starts_at(schedule, run_on=run_on)
    run.target_on, run.invoice_on = dates
    run.filters = compute_run_filters(schedule, run_on=run_on)
    run.save(update_fields=["occurrence_on", "starts_at", "target_on", "invoice_on", "filters"])
    moved = f"moved from {was_on} to {run_on}" if run_on != was_on else ""
    advance_run(run, event="resume", at=at, actor=actor, reason=moved)


def _find_day_ahead(schedule: BillRunSchedule, run: BillRun, at: datetime) -> date | None:
    day = run.occurrence_on
    while day is not None and starts_at(schedule, run_on=day) < at:
        day = find_next_run_day(recurrence_of(schedule), after=day)
    return day


def _run_now(schedule: BillRunSchedule, at: datetime, actor: Actor) -> None:
    today = at.astimezone(ZoneInfo(schedule.seller.time_zone)).date()
    run = insert_run(
        schedule.seller,
        dates=compute_run_dates(schedule, run_on=today),
        filters=compute_run_filters(schedule, run_on=today),
        options=options_of(schedule),
        runner=runner_of_schedule(schedule),
        at=at,
        actor=actor,
        schedule=schedule,
    )
    enqueue("bill_run.identify", queue="billing", run_id=run.pk)
