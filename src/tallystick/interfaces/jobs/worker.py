"""A worker process: takes jobs one at a time until it is told to stop or its parent is gone."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence

from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from tallystick.interfaces.jobs.upkeep import HEARTBEAT_SECONDS, STALLED_AFTER_SECONDS, retry_stalled_for_ever

QUEUES: tuple[str, ...] = ("billing", "payments", "delivery", "default")


def run_worker(*, queues: Sequence[str] = QUEUES, stops_with_parent: bool = False) -> None:
    """Work on jobs of `queues` in this process until SIGTERM or SIGINT; the job under way is finished first."""
    gc.freeze()  # what is loaded now stays: the collector need not walk it again and again during bulk work
    worker_app = app.with_connector(DjangoConnector().get_worker_connector())
    asyncio.run(_work(worker_app, list(queues), stops_with_parent))


async def _work(worker_app: App, queues: list[str], stops_with_parent: bool) -> None:
    async with worker_app.open_async():
        upkeep = asyncio.create_task(retry_stalled_for_ever(worker_app))
        if stops_with_parent:
            asyncio.get_running_loop().create_task(_stop_when_orphaned(os.getppid()))
        try:
            await worker_app.run_worker_async(
                queues=queues,
                concurrency=1,
                fetch_job_polling_interval=1.0,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
                delete_jobs="successful",
            )
        finally:
            upkeep.cancel()


async def _stop_when_orphaned(parent: int) -> None:
    """A worker started by a command ends with it, also when the command was killed."""
    while os.getppid() == parent:
        await asyncio.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def worker_command(queues: Sequence[str], *, stops_with_parent: bool) -> list[str]:
    """The command line that starts one worker process of this installation."""
    command = [sys.executable, "-m", "tallystick", "worker", "--processes", "1", "--queues", ",".join(queues)]
    return [*command, "--stop-with-parent"] if stops_with_parent else command
