"""Upkeep of the queue: bring back the jobs of workers that died."""

import asyncio
from datetime import UTC, datetime

import structlog
from django.conf import settings
from procrastinate import App
from procrastinate.exceptions import ConnectorException

log = structlog.get_logger()

MISSED_HEARTBEATS = 5
"""After so many heartbeats that did not come, a worker counts as dead."""


def get_heartbeat_seconds() -> float:
    """How often a worker says that it lives."""
    return float(settings.WORKER_HEARTBEAT_SECONDS)


def compute_stalled_after_seconds() -> float:
    """After how long a silence a worker counts as dead and its jobs are queued again."""
    return get_heartbeat_seconds() * MISSED_HEARTBEATS


async def retry_stalled_jobs(worker_app: App) -> int:
    """Queue again the jobs of workers not heard of; return how many. Safe, since every body may run twice."""
    brought_back = 0
    manager = worker_app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=compute_stalled_after_seconds()):
        try:
            # wall time on purpose: the queue lives in real time, only what it works on lives by the business clock
            await manager.retry_job(job, retry_at=datetime.now(UTC))
        except ConnectorException as error:
            # another worker saw it too and was first; a lost connection shows in the next look
            log.info("stalled_job_not_retried", job=job.id, reason=str(error))
        else:
            log.info("stalled_job_retried", job=job.id, task=job.task_name)
            brought_back += 1
    return brought_back


async def retry_stalled_for_ever(worker_app: App) -> None:
    """Look for stalled jobs at once and then again and again, until canceled or the database is gone."""
    while True:
        await retry_stalled_jobs(worker_app)
        await asyncio.sleep(compute_stalled_after_seconds() / 2)
