"""Upkeep of the queue: bring back the jobs of workers that died."""

import asyncio
from datetime import UTC, datetime, timedelta

from procrastinate import App

HEARTBEAT_SECONDS = 2.0
STALLED_AFTER_SECONDS = 10.0


async def retry_stalled_jobs(worker_app: App) -> int:
    """Queue again the jobs of workers not heard of; return how many. Safe, since every body may run twice."""
    stalled = list(await worker_app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS))
    for job in stalled:
        # wall time on purpose: the queue lives in real time, only what it works on lives by the business clock
        await worker_app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    return len(stalled)


async def retry_stalled_for_ever(worker_app: App, *, every: timedelta = timedelta(seconds=5)) -> None:
    """Look for stalled jobs at once and then again and again, until canceled."""
    while True:
        await retry_stalled_jobs(worker_app)
        await asyncio.sleep(every.total_seconds())
