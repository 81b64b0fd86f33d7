"""A crew of worker processes: kept at strength by `worker` and `serve`, hired by a command that waits."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from tallystick.errors import Refusal
from tallystick.interfaces.jobs.worker import QUEUES, worker_command


class WorkersDie(Refusal):
    """The workers end as soon as they start; run `tallystick worker --processes 1` to see why."""

    code = "workers_die"


class Crew:
    """`processes` workers. `keep_up` replaces those that died; `stop` lets them finish their job and end."""

    def __init__(self, *, processes: int, queues: Sequence[str] = QUEUES) -> None:
        self._command = worker_command(queues, stops_with_parent=True)
        self._processes = processes
        self._members: list[subprocess.Popen[bytes]] = []
        self._hired = 0

    def keep_up(self) -> None:
        """Start workers until the crew is complete. Refuses when they keep dying at once."""
        self._members = [member for member in self._members if member.poll() is None]
        while len(self._members) < self._processes:
            if self._hired > 20 * self._processes:
                raise WorkersDie
            self._members.append(subprocess.Popen(self._command, env=os.environ.copy()))
            self._hired += 1

    def stop(self, *, patience_seconds: float = 60.0) -> None:
        """Ask all to end, wait, and kill those that don't: their jobs come back."""
        for member in self._members:
            member.terminate()
        deadline = time.monotonic() + patience_seconds
        for member in self._members:
            try:
                member.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                member.kill()
                member.wait()
        self._members = []


@contextmanager
def hired_crew(*, processes: int, queues: Sequence[str] = QUEUES) -> Iterator[Crew]:
    """A crew for as long as the block lasts."""
    crew = Crew(processes=processes, queues=queues)
    crew.keep_up()
    try:
        yield crew
    finally:
        crew.stop()


def work_until(is_done: Callable[[], bool], *, crew: Crew, poll_seconds: float = 0.15) -> None:
    """Wait until the crew has done what `is_done` asks; called again and again, it may draw the progress."""
    while not is_done():
        crew.keep_up()
        time.sleep(poll_seconds)
