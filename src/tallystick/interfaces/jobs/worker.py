"""A worker process: takes jobs one at a time until it is told to stop, its parent is gone, or the database is."""

import asyncio
import gc
import os
import signal
import sys
from collections.abc import Sequence

from procrastinate import App
from procrastinate.contrib.django import app

from tallystick.interfaces.jobs.queue_connector import QueueConnector, QueueLost
from tallystick.interfaces.jobs.upkeep import (
    compute_stalled_after_seconds,
    get_heartbeat_seconds,
    retry_stalled_for_ever,
)

LISTENER_ENDED = "The connection that hears of new jobs is broken."

ORPHAN_LOOKS_EVERY_SECONDS = 0.1
"""How soon a worker notices that its command is gone."""

QUEUES: tuple[str, ...] = ("billing", "payments", "delivery", "default")


def run_worker(*, queues: Sequence[str] = QUEUES, parent: int | None = None) -> None:
    """Work on jobs of `queues` in this process until SIGTERM or SIGINT; the job under way is finished first.

    A second SIGINT does not wait for it: the job comes back as that of a killed worker.

    It ends too when its parent is no longer the process `parent`. Raises QueueLost when the database does not answer:
    a worker begins anew rather than go on half connected, and its jobs come back.
    """
    gc.freeze()  # what is loaded now stays: the collector need not walk it again and again during bulk work
    asyncio.run(_work(list(queues), parent))


async def _work(queues: list[str], parent: int | None) -> None:
    connector = QueueConnector()
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        asked = asyncio.create_task(_wait_until_asked_to_stop(parent))
        worker = asyncio.create_task(_take_jobs(worker_app, queues))
        upkeep = asyncio.create_task(retry_stalled_for_ever(worker_app))
        lost = asyncio.create_task(connector.wait_until_lost())
        await asyncio.wait((asked, worker, upkeep, lost), return_when=asyncio.FIRST_COMPLETED)
        is_asked = asked.done()
        for task in (asked, worker, upkeep, lost):
            task.cancel()  # for the worker this means: finish the job under way, then end
        ends = await asyncio.gather(asked, worker, upkeep, lost, return_exceptions=True)
    if not is_asked:
        error = next((end for end in ends if isinstance(end, Exception)), None)
        raise QueueLost(reason=repr(error.__cause__ or error) if error else LISTENER_ENDED) from error


async def _take_jobs(worker_app: App, queues: list[str]) -> None:
    await worker_app.run_worker_async(
        queues=queues,
        concurrency=1,
        fetch_job_polling_interval=1.0,
        update_heartbeat_interval=get_heartbeat_seconds(),
        stalled_worker_timeout=compute_stalled_after_seconds(),
        delete_jobs="successful",
        install_signal_handlers=False,
    )


async def _wait_until_asked_to_stop(parent: int | None) -> None:
    """Return on SIGTERM or SIGINT, or when the command that started this worker is gone, also when it was killed.

    Ctrl + C at a terminal arrives twice: from there, and as SIGTERM from the crew. Both mean: finish the job under way.
    Ctrl + C pressed again means: at once.
    """
    is_asked, loop = asyncio.Event(), asyncio.get_running_loop()

    def interrupt() -> None:
        is_asked.set()
        loop.remove_signal_handler(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    loop.add_signal_handler(signal.SIGTERM, is_asked.set)
    loop.add_signal_handler(signal.SIGINT, interrupt)
    while not is_asked.is_set() and (parent is None or os.getppid() == parent):
        try:
            await asyncio.wait_for(is_asked.wait(), timeout=ORPHAN_LOOKS_EVERY_SECONDS)
        except TimeoutError:
            continue


def worker_command(queues: Sequence[str], *, parent: int) -> list[str]:
    """The command line that starts one worker process of this installation, which ends with the process `parent`."""
    command = [sys.executable, "-m", "tallystick", "worker", "--processes", "1", "--queues", ",".join(queues)]
    return [*command, "--parent", str(parent)]
