"""Start payment runs whose time has come: each occurrence once, missed ones too, in order (UNI-10)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.core.schedule import AFTER_SCHEDULE, compute_start_after
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.operations.schedule_runs import OVER, lock_schedule, plan_next_run
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue


def start_due_runs(*, at: datetime, actor: Actor) -> list[int]:
    """Enqueue every waiting run whose time has come, and write each schedule's next occurrence down; return the runs.

    First those that wait for a posting hear of it: posted, they get their time; a bill run that will never be posted,
    or billed nothing, cancels them. One run of a schedule at a time. A call that comes twice, or is killed, starts
    nothing twice: the start and the next occurrence are one transaction.
    """
    for schedule in PaymentRunSchedule.objects.filter(status="active", frequency=AFTER_SCHEDULE).order_by("pk"):
        with transaction.atomic():
            plan_next_run(lock_schedule(schedule.pk), after=None, at=at, actor=actor)
    _hear_of_postings(at, actor)
    due = PaymentRun.objects.filter(status="pending", queued_at__isnull=True, starts_at__lte=at)
    due = due.exclude(schedule__status="paused")
    run_ids = list(due.order_by("starts_at", "pk").values_list("pk", flat=True))
    return [run_id for run_id in run_ids if _start(run_id, at, actor)]


def _hear_of_postings(at: datetime, actor: Actor) -> None:
    waiting = PaymentRun.objects.filter(status="pending", queued_at__isnull=True, starts_at__isnull=True)
    waiting = waiting.filter(after_hours__isnull=False).select_related("bill_run")
    for run_id in waiting.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            run = _lock(run_id)
            if run is None or run.bill_run is None or run.after_hours is None or run.starts_at is not None:
                continue
            if run.bill_run.status == "posted" and run.bill_run.posted_at is not None:
                run.starts_at = compute_start_after(run.bill_run.posted_at, hours=run.after_hours)
                run.save(update_fields=["starts_at"])
            elif told := _find_end(run):
                advance_run(run, event="cancel", at=at, actor=actor, reason=told)
                _go_on(run, at, actor)


def _find_end(run: PaymentRun) -> str:
    """Why no posting lies ahead, "" while one may."""
    bill_run = run.bill_run
    if bill_run is None or bill_run.status in OVER:
        return f"bill run {bill_run} was not posted, but is {bill_run.status}" if bill_run else "its bill run is gone"
    drafted = bill_run.chunks.filter(documents__gt=0).exists()
    return f"bill run {bill_run} billed nothing" if bill_run.status == "completed" and not drafted else ""


def _start(run_id: int, at: datetime, actor: Actor) -> bool:
    with transaction.atomic():
        run = _lock(run_id)
        if run is None or run.starts_at is None or run.starts_at > at:
            return False
        if run.schedule is not None and run.schedule.status == "paused":
            return False
        earlier = PaymentRun.objects.filter(schedule_id=run.schedule_id, queued_at__isnull=False)
        if earlier.filter(status__in=["pending", "running"], schedule__isnull=False).exists():
            return False
        run.queued_at = at
        run.run_on = at.astimezone(ZoneInfo(run.seller.time_zone)).date()
        if run.after_hours is not None and run.schedule is not None:
            run.target_on = run.run_on + run.schedule.get_target_offset()
        run.save(update_fields=["queued_at", "run_on", "target_on"])
        enqueue("payment_run.start", queue="payments", run_id=run.pk)
        _go_on(run, at, actor)
        return True


def _go_on(run: PaymentRun, at: datetime, actor: Actor) -> None:
    """Write the next occurrence of a run's schedule down, if it has one and none waits yet."""
    if run.schedule_id is None:
        return
    schedule = lock_schedule(run.schedule_id)
    if schedule.status == "active":
        plan_next_run(schedule, after=run.occurrence_on, at=at, actor=actor)


def _lock(run_id: int) -> PaymentRun | None:
    """The run's row, under its schedule's, if it still waits."""
    schedule_id = PaymentRun.objects.filter(pk=run_id).values_list("schedule_id", flat=True).first()
    if schedule_id is not None:
        lock_schedule(schedule_id)
    runs = PaymentRun.objects.select_for_update(of=("self",)).select_related("bill_run", "schedule", "seller")
    return runs.filter(pk=run_id, status="pending", queued_at__isnull=True).first()
