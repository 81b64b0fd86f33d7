"""Two workers with one job, as when the first was only slow to answer: the second waits, and takes over if need be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread

import psycopg
import pytest
from django.db import connections

from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.plumbing.session_lock import hold_session_lock
from tests.support.builders import ACTOR, AT
from tests.support.crowd import build_crowd, start_run
from tests.support.databases import FreshDatabase
from tests.support.workforce import looking_on, wait_until

ACCOUNTS = 20
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.fixture
def run(fresh_database: FreshDatabase) -> BillRun:
    """A run of one chunk, which is still to be drafted."""
    run = start_run(build_crowd(ACCOUNTS), chunk_size=ACCOUNTS)
    identify_population(run.pk, at=AT, actor=ACTOR)
    return run


@contextmanager
def waiting(work: Callable[[], object], database: FreshDatabase) -> Iterator[None]:
    """Do work in a thread with a connection of its own; the block begins when it waits, and ends when it is done."""

    def do() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=do, daemon=True)
    with looking_on(database.url) as onlooker:
        thread.start()
        wait_until(lambda: onlooker.ask(WAITS) == 1, what="the second waits")
    yield
    thread.join(timeout=60)
    assert not thread.is_alive()


def draft(run: BillRun) -> None:
    draft_chunk(run.pk, position=1, at=AT, actor=ACTOR)


def test_when_the_first_dies_the_second_drafts(fresh_database: FreshDatabase, run: BillRun) -> None:
    first = psycopg.connect(fresh_database.url)
    first.execute("SELECT 1 FROM invoicing_billrunchunk FOR UPDATE")
    with waiting(lambda: draft(run), fresh_database):
        first.close()  # what it did is undone
    assert Document.objects.filter(run=run).count() == ACCOUNTS
    assert BillRun.objects.get().status == "completed"


def test_when_the_first_ends_the_second_has_nothing_to_do(fresh_database: FreshDatabase, run: BillRun) -> None:
    with psycopg.connect(fresh_database.url) as first:
        first.execute("UPDATE invoicing_billrunchunk SET status = 'drafted'")
        with waiting(lambda: draft(run), fresh_database):
            first.commit()
    assert Document.objects.filter(run=run).count() == 0
    assert BillRun.objects.get().status == "completed", "it looks whether the run is through, as any last chunk does"


def test_a_session_lock_passes_on_when_its_holder_dies(fresh_database: FreshDatabase) -> None:
    done: list[str] = []

    def work() -> None:
        with hold_session_lock("a message"):
            done.append("second")

    with hold_session_lock("a message"), waiting(work, fresh_database):
        assert done == []
        connections["default"].close()
    assert done == ["second"]
