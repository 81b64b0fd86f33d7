"""Whether anybody works on the queue, and jobs that gave up. The queue lives in real time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

_SILENT_AFTER = timedelta(seconds=30)


def are_workers_alive() -> bool:
    """Whether any worker has been heard of lately."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=datetime.now(UTC) - _SILENT_AFTER).exists()


def list_stuck_jobs() -> QuerySet[ProcrastinateJob]:
    """Jobs that failed for good."""
    return ProcrastinateJob.objects.filter(status="failed").order_by("-id")
