"""A bill run whose workers are killed, whose command is killed, whose database server is killed, ends like any other.

Exactly the same invoices, lines, taxes, claims, holds, ledger entries and numbers as an undisturbed run, in the end.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import make_conninfo

from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.plumbing.embedded.cluster import get_cluster
from tallystick.plumbing.embedded.server import compose_address
from tests.support.builders import ACTOR, AT
from tests.support.crowd import build_crowd, start_run
from tests.support.databases import FreshDatabase
from tests.support.run_facts import read_facts, require_same
from tests.support.servers import PrivateServer
from tests.support.undisturbed import ACCOUNTS, CHUNK_SIZE, Undisturbed
from tests.support.workforce import (
    HEARTBEAT_SECONDS,
    Onlooker,
    Work,
    compose_environment,
    frozen,
    list_living,
    looking_on,
    make_dice,
    run_command,
    running,
    wait_until,
)

CHECKOUT = Path(__file__).resolve().parents[2]
CREATE = ("bill-run", "create", "--target", "2026-03-01", "--chunk-size", str(CHUNK_SIZE), "--processes", "2", "--json")
POST = ("bill-run", "post", "BR-000001", "--yes", "--processes", "2", "--json")
WORKER = ("worker", "--processes", "2")

FEW_KILLS, MANY_KILLS = 2, 6
SEEDS = [(1, FEW_KILLS), *(pytest.param(seed, MANY_KILLS, marks=pytest.mark.long) for seed in range(2, 22))]

BUILD = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from tallystick.interfaces.cli.readiness import make_ready
from tests.support.crowd import build_crowd
make_ready()
build_crowd(int(os.environ["ACCOUNTS"]))
"""

CHUNKS_DONE = "SELECT count(*) FROM invoicing_billrunchunk WHERE status = %s"
STATUS = "SELECT max(status) FROM invoicing_billrun"


def wait_for(onlooker: Onlooker, status: str) -> None:
    def is_there() -> bool:
        now = onlooker.ask(STATUS)
        assert now != "failed"
        return bool(now == status)

    wait_until(is_there, what=f"the run is {status}")


def kill_workers(work: Work, onlooker: Onlooker, *, kills: int, ends_as: str, dice: random.Random) -> None:
    """Kill workers that hold chunks, again and again; then see the run through."""
    for _ in range(kills):
        work.kill_in_the_middle(onlooker, onlooker.count_held_chunks, dice=dice)
    assert onlooker.ask(STATUS) != ends_as, "it was over before it was disturbed"
    wait_for(onlooker, ends_as)


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
def test_killed_workers_draft_and_post_the_same(
    fresh_database: FreshDatabase, undisturbed: Undisturbed, seed: int, kills: int
) -> None:
    dice = make_dice(seed)
    run = start_run(build_crowd(ACCOUNTS), chunk_size=CHUNK_SIZE)
    with (
        looking_on(fresh_database.url) as onlooker,
        running(compose_environment(fresh_database), *WORKER) as work,
    ):
        kill_workers(work, onlooker, kills=kills, ends_as="completed", dice=dice)
        require_same(read_facts(fresh_database.url), expected=undisturbed.drafted)
        post_bill_run(run, at=AT, actor=ACTOR)
        kill_workers(work, onlooker, kills=kills, ends_as="posted", dice=dice)
    require_same(read_facts(fresh_database.url), expected=undisturbed.posted)
    assert list(check_books(actor=ACTOR)) == []


def kill_command(environment: dict[str, str], command: tuple[str, ...], onlooker: Onlooker, *, done: str) -> None:
    """Kill a command in the middle of its run; its workers end by themselves, and leave work behind."""
    with running(environment, *command) as work:
        wait_until(lambda: onlooker.ask(CHUNKS_DONE, done) > 0, what="the first chunk is done")
        workers = work.list_workers()
        with frozen(workers):
            work.process.kill()
            work.process.wait()
        wait_until(lambda: not list_living(workers), what="the workers have ended", within_seconds=20)
    assert len(workers) == 2
    assert 0 < onlooker.ask(CHUNKS_DONE, done) < ACCOUNTS / CHUNK_SIZE


def test_when_the_command_is_killed_its_workers_end_and_others_go_on(
    fresh_database: FreshDatabase, undisturbed: Undisturbed
) -> None:
    build_crowd(ACCOUNTS)
    environment = compose_environment(fresh_database)
    with looking_on(fresh_database.url) as onlooker:
        kill_command(environment, CREATE, onlooker, done="drafted")
        with running(environment, *WORKER):
            wait_for(onlooker, "completed")
        require_same(read_facts(fresh_database.url), expected=undisturbed.drafted)
        kill_command(environment, POST, onlooker, done="posted")
        with running(environment, *WORKER):
            wait_for(onlooker, "posted")
    require_same(read_facts(fresh_database.url), expected=undisturbed.posted)
    assert BillRun.objects.get().status == "posted"
    assert json.loads(run_command(environment, "check", "--json"))["check"] == "ok"


def kill_server(server: PrivateServer, url: str, *, done: str) -> None:
    """Kill the database server in the middle of the run."""
    with looking_on(url) as onlooker:
        wait_until(lambda: onlooker.ask(CHUNKS_DONE, done) > 0, what="the first chunk is done")
        server.kill()
    # whoever is at work starts another one


def test_a_killed_database_server_is_started_again_and_the_run_ends_the_same(
    prepared_server: PrivateServer, undisturbed: Undisturbed
) -> None:
    environment = {**prepared_server.environment, "TALLYSTICK_HEARTBEAT_SECONDS": HEARTBEAT_SECONDS}
    cluster = get_cluster(prepared_server.home)
    url = make_conninfo(**compose_address(cluster, "tallystick"))  # type: ignore[arg-type]
    path = f"{CHECKOUT}{os.pathsep}{CHECKOUT / 'src'}"  # the code of this checkout, as the commands run it
    program = {**environment, "PYTHONPATH": path, "ACCOUNTS": str(ACCOUNTS)}
    subprocess.run([sys.executable, "-c", BUILD], env=program, check=True)
    with running(environment, *CREATE) as command:  # the command starts the server again
        wait_until(prepared_server.is_running, what="the server is up")
        wait_until(lambda: bool(command.list_workers()), what="workers are hired")
        kill_server(prepared_server, url, done="drafted")
        assert json.loads(command.finish())["status"] == "completed"
    with running(environment, *WORKER):  # here its workers do, for nobody else is there
        wait_until(prepared_server.is_running, what="the server is up")
        require_same(read_facts(url), expected=undisturbed.drafted)
        run_command(environment, *POST, "--no-wait")
        kill_server(prepared_server, url, done="posted")
        wait_until(prepared_server.is_running, what="the server is up again")
        with looking_on(url) as onlooker:
            wait_for(onlooker, "posted")
        require_same(read_facts(url), expected=undisturbed.posted)
        assert json.loads(run_command(environment, "check", "--json"))["check"] == "ok"
