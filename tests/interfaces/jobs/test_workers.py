"""Workers and their crew: replaced when they die, given up when that does not end, gone when their command is."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys

import psycopg
import pytest
from django.db import OperationalError
from procrastinate.contrib.django import app

from tallystick.interfaces.jobs import crew as crews
from tallystick.interfaces.jobs.crew import Crew, WorkersDie, work_until
from tallystick.interfaces.jobs.queue_connector import QueueConnector
from tallystick.interfaces.jobs.upkeep import retry_stalled_jobs
from tallystick.interfaces.jobs.worker import QUEUES, worker_command
from tests.support.databases import FreshDatabase
from tests.support.workforce import Onlooker, compose_environment, looking_on, wait_until

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
BROKEN = [sys.executable, "-c", "raise SystemExit(3)"]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a worker is: a process that sleeps, unless a test says otherwise."""
    command = list(SLEEPER)
    monkeypatch.setattr(crews, "worker_command", lambda queues, parent: command)
    monkeypatch.setattr(crews, "LONGEST_PAUSE_SECONDS", 0.0)
    return command


def list_pids(crew: Crew) -> list[int]:
    return [member.pid for member, _ in crew._members]


def test_a_killed_worker_is_replaced_at_once(command: list[str]) -> None:
    crew = Crew(processes=2)
    try:
        crew.keep_up()
        before = list_pids(crew)
        for _ in range(30):  # being killed, however often, says nothing about the next
            victim = crew._members[-1][0]
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            crew.keep_up()
        after = list_pids(crew)
    finally:
        crew.stop()
    assert len(after) == 2
    assert set(after) & set(before) == {before[0]}


def test_a_crew_whose_workers_end_at_once_gives_up(command: list[str]) -> None:
    command[:] = BROKEN
    crew = Crew(processes=1)

    def keep_up() -> bool:
        crew.keep_up()
        return False

    with pytest.raises(WorkersDie):
        wait_until(keep_up, what="the crew gives up")


def test_a_worker_whose_command_is_gone_before_it_looks_ends_too(fresh_database: FreshDatabase) -> None:
    somebody_else = subprocess.Popen(SLEEPER)
    try:
        command = worker_command(QUEUES, parent=somebody_else.pid)
        done = subprocess.run(command, env=compose_environment(fresh_database), timeout=120, check=False)
    finally:
        somebody_else.kill()
        somebody_else.wait()
    assert done.returncode == 0


def test_whoever_waits_is_patient_with_a_database_that_is_away_for_a_while(command: list[str]) -> None:
    answers = iter([OperationalError("away"), OperationalError("away"), None])

    def is_done() -> bool:
        answer = next(answers)
        if answer is not None:
            raise answer
        return True

    crew = Crew(processes=1)
    try:
        work_until(is_done, crew=crew, poll_seconds=0.0)
    finally:
        crew.stop()
    assert next(answers, "none is left") == "none is left"


def test_and_says_so_when_it_stays_away(command: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crews, "DATABASE_BACK_WITHIN_SECONDS", 0.0)

    def is_done() -> bool:
        raise OperationalError("away")

    crew = Crew(processes=1)
    try:
        with pytest.raises(OperationalError):
            work_until(is_done, crew=crew)
    finally:
        crew.stop()


def defer_as_dead_worker(onlooker: Onlooker, *, task: str, queueing_lock: str | None = None) -> int:
    """A job that is under way at a worker which was last heard of an hour ago."""
    return int(
        onlooker.ask(
            "WITH worker AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id)"
            " INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock)"
            " SELECT 'default', %s, 'doing', id, %s FROM worker RETURNING id",
            task,
            queueing_lock,
        )
    )


def look_for_stalled_jobs(times_at_once: int) -> list[int]:
    async def look() -> list[int]:
        worker_app = app.with_connector(QueueConnector())
        async with worker_app.open_async():
            return list(await asyncio.gather(*(retry_stalled_jobs(worker_app) for _ in range(times_at_once))))

    return asyncio.run(look())


def test_the_job_of_a_dead_worker_is_queued_again(fresh_database: FreshDatabase) -> None:
    with looking_on(fresh_database.url) as onlooker:
        job = defer_as_dead_worker(onlooker, task="bill_run.identify")
        assert sum(look_for_stalled_jobs(4)) >= 1
        assert onlooker.ask("SELECT status FROM procrastinate_jobs WHERE id = %s", job) == "todo"
        assert look_for_stalled_jobs(1) == [0]


def test_one_that_can_not_be_queued_again_does_not_keep_others_from_it(fresh_database: FreshDatabase) -> None:
    with looking_on(fresh_database.url) as onlooker:
        stuck = defer_as_dead_worker(onlooker, task="due.look", queueing_lock="due.look")
        other = defer_as_dead_worker(onlooker, task="bill_run.identify")
        onlooker.ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock)"
            " VALUES ('payments', 'due.look', 'due.look') RETURNING id"
        )
        assert look_for_stalled_jobs(1) == [1]
        assert onlooker.ask("SELECT status FROM procrastinate_jobs WHERE id = %s", other) == "todo"
        assert onlooker.ask("SELECT status FROM procrastinate_jobs WHERE id = %s", stuck) == "doing"


def test_ctrl_c_finishes_the_job_under_way_and_a_second_one_does_not_wait_for_it(fresh_database: FreshDatabase) -> None:
    with looking_on(fresh_database.url) as onlooker, psycopg.connect(fresh_database.url) as barrier:
        barrier.execute("LOCK TABLE invoicing_billrun")  # the job waits for this, and its worker for the job
        onlooker.ask(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args)"
            " VALUES ('billing', 'bill_run.identify', '{\"run_id\": 1}') RETURNING id"
        )
        worker = subprocess.Popen(worker_command(QUEUES, parent=os.getpid()), env=compose_environment(fresh_database))
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'invoicing_billrun'::regclass"
        try:
            wait_until(lambda: bool(onlooker.ask(waiting)), what="the job is under way")
            for number in (signal.SIGINT, signal.SIGTERM):  # as Ctrl + C arrives: from the terminal, and from the crew
                worker.send_signal(number)
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(1.0)
            worker.send_signal(signal.SIGINT)
            assert worker.wait(60.0) == -signal.SIGINT
        finally:
            worker.kill()
            worker.wait()
