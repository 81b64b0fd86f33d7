"""Start scheduled runs whose time has come: each occurrence once, missed ones too, in order (UNI-10)."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.invoicing.operations.schedule_runs import find_waiting_run, lock_schedule, plan_next_run
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue

AT_WORK = ("pending", "running", "posting", "canceling")


def start_due_runs(*, at: datetime, actor: Actor) -> list[int]:
    """Enqueue every waiting run whose time has come, and write each schedule's next occurrence down; return the runs.

    One run of a schedule at a time: a missed occurrence waits until the one before it is drafted (and posted, where
    it is to post itself), so that late ones come out as if each had run on its day. A call that comes twice, or is
    killed, starts nothing twice: the start and the next occurrence are one transaction.
    """
    due = BillRunSchedule.objects.filter(runs__status="pending", runs__queued_at__isnull=True, runs__starts_at__lte=at)
    schedule_ids = list(due.order_by("runs__starts_at", "pk").values_list("pk", flat=True))
    started = [_start(schedule_id, at, actor) for schedule_id in schedule_ids]
    return [run_id for run_id in started if run_id is not None]


def _start(schedule_id: int, at: datetime, actor: Actor) -> int | None:
    with transaction.atomic():
        schedule = lock_schedule(schedule_id)
        run = find_waiting_run(schedule)
        if run is None or run.status != "pending" or run.starts_at is None or run.starts_at > at:
            return None
        if _is_at_work(schedule_id):
            return None
        run.queued_at = at
        run.save(update_fields=["queued_at"])
        enqueue("bill_run.identify", queue="billing", run_id=run.pk)
        plan_next_run(schedule, after=run.occurrence_on, at=at, actor=actor)
        return run.pk


def _is_at_work(schedule_id: int) -> bool:
    queued = BillRun.objects.filter(schedule_id=schedule_id, queued_at__isnull=False)
    if queued.filter(status__in=AT_WORK).exists():
        return True
    to_post = queued.filter(status="completed", auto_posts=True)
    return to_post.exclude(events__event__in=["post", "not_auto_posted"]).exists()
