"""A crew of worker processes: kept at strength by `worker` and `serve`, hired by a command that waits."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError, connection

from tallystick.errors import Refusal
from tallystick.interfaces.jobs.worker import QUEUES, worker_command

log = structlog.get_logger()

QUICK_DEATH_SECONDS = 10.0
"""A worker that lived shorter has done no work worth the name."""

QUICK_DEATHS_TO_GIVE_UP = 10
LONGEST_PAUSE_SECONDS = 30.0
DATABASE_BACK_WITHIN_SECONDS = 120.0


class WorkersDie(Refusal):
    """The workers end as soon as they start; run `tallystick worker --processes 1` to see why."""

    code = "workers_die"


class Crew:
    """`processes` workers. `keep_up` replaces those that died; `stop` lets them finish their job and end."""

    def __init__(self, *, processes: int, queues: Sequence[str] = QUEUES) -> None:
        self._command = worker_command(queues, parent=os.getpid())
        self._processes = processes
        self._members: list[tuple[subprocess.Popen[bytes], float]] = []
        self._quick_deaths = 0
        self._hires_again_at = 0.0

    def keep_up(self) -> None:
        """Start workers until the crew is complete; call it again and again.

        After deaths in quick succession it pauses, longer and longer, as for a database that is away for a while.
        Refuses when that does not end (WorkersDie).
        """
        self._members = [member for member in self._members if not self._has_died(*member)]
        if self._quick_deaths >= QUICK_DEATHS_TO_GIVE_UP * self._processes:
            raise WorkersDie
        if time.monotonic() < self._hires_again_at:
            return
        while len(self._members) < self._processes:
            self._members.append((subprocess.Popen(self._command), time.monotonic()))

    def _has_died(self, member: "subprocess.Popen[bytes]", hired_at: float) -> bool:
        if member.poll() is None:
            return False
        lived = time.monotonic() - hired_at
        log.warning("worker_ended", pid=member.pid, status=member.returncode, lived_seconds=round(lived, 1))
        if member.returncode < 0:
            return True  # killed from outside, which says nothing about the next
        self._quick_deaths = self._quick_deaths + 1 if lived < QUICK_DEATH_SECONDS else 0
        rounds = self._quick_deaths // self._processes
        self._hires_again_at = time.monotonic() + min(2.0**rounds - 1, LONGEST_PAUSE_SECONDS)
        return True

    def kill(self) -> None:
        """Kill all at once, as if the power had failed; the next `keep_up` replaces them and their jobs come back."""
        for member, _ in self._members:
            member.kill()
            member.wait()

    def stop(self, *, patience_seconds: float = 60.0) -> None:
        """Ask all to end, wait, and kill those that don't: their jobs come back."""
        for member, _ in self._members:
            member.terminate()
        deadline = time.monotonic() + patience_seconds
        for member, _ in self._members:
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
    """Wait until the crew has done what `is_done` asks; called again and again, it may draw the progress.

    A database that goes away for a while is waited for: what was committed is there when it is back, and so are the
    jobs. Raises OperationalError when it stays away.
    """
    answered_at = time.monotonic()
    while True:
        try:
            if is_done():
                return
            answered_at = time.monotonic()
        except (OperationalError, InterfaceError):
            if time.monotonic() > answered_at + DATABASE_BACK_WITHIN_SECONDS:
                raise
            connection.close()  # the next question connects anew, and starts the embedded server if that was killed
        crew.keep_up()
        time.sleep(poll_seconds)
