"""Whether anybody works on the queue, and jobs that gave up. The queue lives in real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import cast

from django.db.models import Max, Q, QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

_SILENT_AFTER = timedelta(seconds=30)
_WAITED_LONG = timedelta(seconds=60)


def are_workers_alive() -> bool:
    """Whether any worker has been heard of lately."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=datetime.now(UTC) - _SILENT_AFTER).exists()


def has_waiting_jobs() -> bool:
    """Whether a job has waited for a minute that could have begun."""
    before = datetime.now(UTC) - _WAITED_LONG
    is_due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lt=before)
    return ProcrastinateJob.objects.filter(
        is_due, status="todo", procrastinateevent__type="deferred", procrastinateevent__at__lt=before
    ).exists()


def list_stuck_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs that failed for good, the latest first, with when they last moved."""
    failed = ProcrastinateJob.objects.filter(status="failed")
    return cast("QuerySet[ProcrastinateJob]", failed.annotate(last_at=Max("procrastinateevent__at")).order_by("-id"))
