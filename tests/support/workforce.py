"""Commands and workers as an operator runs them: processes of their own, which a test freezes, looks at and kills."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg

from tests.support.databases import FreshDatabase

HEARTBEAT_SECONDS = "0.4"
"""So that the jobs of a killed worker come back after two seconds instead of ten."""

WITHIN_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 0.06


def make_dice(seed: int) -> random.Random:
    """Chance that falls the same way every time."""
    return random.Random(seed)  # noqa: S311 - it decides moments, not secrets


def compose_environment(database: FreshDatabase, **more: str) -> dict[str, str]:
    """The environment of processes that work in the test's database."""
    return {**database.environment, "TALLYSTICK_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS, **more}


def wait_until(is_so: Callable[[], bool], *, what: str, within_seconds: float = WITHIN_SECONDS) -> None:
    """Ask again and again; fail when it does not become so."""
    deadline = time.monotonic() + within_seconds
    while not is_so():
        assert time.monotonic() < deadline, f"{what}: not within {within_seconds:.0f} s"
        time.sleep(0.02)


class Onlooker:
    """A connection of the test's own, which sees what is committed, and who is in the middle of a transaction."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def ask(self, query: str, *parameters: object) -> Any:
        """The first column of the first row."""
        row = self._connection.execute(query, parameters).fetchone()
        assert row is not None
        return row[0]

    def close(self) -> None:
        """Let go."""
        self._connection.close()

    def settle(self) -> None:
        """Wait until the server has answered everything that frozen workers asked it last."""
        wait_until(self._is_settled, what="the server has answered everything")

    def count_held_chunks(self) -> int:
        """How many open transactions have a chunk of a bill run locked: work written and not committed."""
        return self._count_locks("l.relation = 'invoicing_billrunchunk'::regclass AND l.mode = 'RowShareLock'")

    def count_session_locks(self) -> int:
        """How many workers are at something that calls out: a message, a print batch, a chunk of a payment run."""
        return self._count_locks("l.locktype = 'advisory' AND l.granted")

    def _count_locks(self, condition: str) -> int:
        return int(
            self.ask(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                f" WHERE a.datname = current_database() AND {condition}"
            )
        )

    def _is_settled(self) -> bool:
        return not self.ask(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'active'"
            " AND coalesce(wait_event_type, '') NOT IN ('Client', 'Lock')"
        )


@contextmanager
def looking_on(url: str) -> Iterator[Onlooker]:
    """An onlooker for as long as the block lasts."""
    onlooker = Onlooker(url)
    try:
        yield onlooker
    finally:
        onlooker.close()


@dataclass(frozen=True, slots=True)
class Work:
    """A command, or a worker service, and the worker processes that it keeps."""

    process: subprocess.Popen[str]

    def list_workers(self) -> list[psutil.Process]:
        """The worker processes that live."""
        try:
            children = psutil.Process(self.process.pid).children()
            return [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:
            return []

    def kill_in_the_middle(
        self, onlooker: Onlooker, count_half_done: Callable[[], int], *, dice: random.Random
    ) -> None:
        """Stop the workers at random moments until something is half done; kill some if all are at it, else all."""

        def try_to() -> bool:
            time.sleep(dice.uniform(0, LONGEST_PAUSE_SECONDS))  # the moment is meant to be any
            workers = self.list_workers()
            with frozen(workers):
                onlooker.settle()
                half_done = count_half_done() if workers else 0
                if not half_done:
                    return False
                least = 1 if half_done >= len(workers) else len(workers)
                for worker in dice.sample(workers, dice.randint(least, len(workers))):
                    worker.kill()
            return True

        wait_until(try_to, what="a moment in which a worker was in the middle of its work")

    def finish(self) -> str:
        """Wait until the command ends well; what it wrote on standard output."""
        output, errors = self.process.communicate(timeout=WITHIN_SECONDS)
        assert self.process.returncode == 0, errors
        return output


@contextmanager
def frozen(processes: list[psutil.Process]) -> Iterator[None]:
    """Let no process run while the block lasts; those that still live go on afterwards."""
    _signal(processes, signal.SIGSTOP)
    try:
        yield
    finally:
        _signal(processes, signal.SIGCONT)


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


@contextmanager
def running(environment: Mapping[str, str], *arguments: str) -> Iterator[Work]:
    """`tallystick` with these arguments, for as long as the block lasts; it and its workers are gone afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tallystick", *arguments],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    work = Work(process)
    try:
        yield work
    finally:
        workers = work.list_workers()
        process.kill()
        process.wait()
        _signal(workers, signal.SIGKILL)
        psutil.wait_procs(workers)


def run_command(environment: Mapping[str, str], *arguments: str) -> str:
    """Run `tallystick` to its end; what it wrote on standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "tallystick", *arguments],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=WITHIN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def list_living(processes: list[psutil.Process]) -> list[int]:
    """The numbers of those processes that still run."""
    return [process.pid for process in processes if _lives(process)]


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
