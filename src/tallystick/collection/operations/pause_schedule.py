"""Pause a schedule of payment runs and let it go on (ZUO-41)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.errors import WrongPaymentScheduleState
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.operations.schedule_runs import (
    lock_schedule,
    plan_next_run,
    recurrence_of,
    set_schedule_status,
    starts_at,
)
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.schedule import find_next_run_day
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE


def pause_schedule(schedule: PaymentRunSchedule, *, reason: str, at: datetime, actor: Actor) -> PaymentRunSchedule:
    """Let an active schedule rest: what waits of it stays, and does not begin. A reason is mandatory."""
    actor.require(PAYMENT_RUNS_CREATE)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is paused; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = _lock(schedule, status="active", event="be paused")
        set_schedule_status(schedule, event="pause", to="paused", at=at, actor=actor, reason=reason)
    return schedule


def resume_schedule(schedule: PaymentRunSchedule, *, at: datetime, actor: Actor) -> PaymentRunSchedule:
    """Let a paused schedule go on with its next day; that run takes whatever fell due meanwhile.

    Days that passed are not made up one by one. A run that waits for a posting keeps its bill run: if its time has come
    it begins at once, for nothing else would collect it. Without any next run the schedule is finished.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    with transaction.atomic():
        schedule = _lock(schedule, status="paused", event="be resumed")
        set_schedule_status(schedule, event="resume", to="active", at=at, actor=actor)
        waiting = PaymentRun.objects.select_for_update().filter(schedule=schedule, status="pending")
        runs = list(waiting.filter(queued_at__isnull=True).order_by("pk"))
        if not runs:
            plan_next_run(schedule, after=_yesterday(schedule, at), at=at, actor=actor)
        for run in runs:
            if run.occurrence_on is not None and run.starts_at is not None and run.starts_at < at:
                move_on(schedule, run=run, was_on=run.occurrence_on, at=at, actor=actor)
    return schedule


def _lock(schedule: PaymentRunSchedule, *, status: str, event: str) -> PaymentRunSchedule:
    locked = lock_schedule(schedule.pk)
    if locked.status != status:
        raise WrongPaymentScheduleState(name=locked.name, status=locked.status, event=event)
    return locked


def _yesterday(schedule: PaymentRunSchedule, at: datetime) -> date:
    today = at.astimezone(ZoneInfo(schedule.seller.time_zone)).date()
    is_over_today = starts_at(schedule, run_on=today) < at
    return today if is_over_today else today - timedelta(days=1)


def move_on(schedule: PaymentRunSchedule, *, run: PaymentRun, was_on: date, at: datetime, actor: Actor) -> None:
    """Put a missed run on the first day that lies ahead; without one, cancel it and end the schedule."""
    run_on = find_next_run_day(recurrence_of(schedule), after=max(was_on, _yesterday(schedule, at)))
    if run_on is None:
        advance_run(run, event="cancel", at=at, actor=actor, reason="there is no next day")
        set_schedule_status(schedule, event="finish", to="finished", at=at, actor=actor, reason="there is no next day")
        return
    # the same run, so that one that was changed by hand keeps its choices; only its day and due dates move
    run.target_on += run_on - run.run_on
    run.occurrence_on = run.run_on = run_on
    run.starts_at = starts_at(schedule, run_on=run_on)
    run.save(update_fields=["occurrence_on", "run_on", "starts_at", "target_on"])
