"""Two posters at once on one number series: no gap and no duplicate over 10,000 invoices."""

from __future__ import annotations

import subprocess
import sys

from django.db.models import Max, Min

from tallystick.interfaces.cli.bench.company import TARGET_ON
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.sellers.models import NumberSeries
from tests.support.builders import ACTOR, AT
from tests.support.crowd import build_crowd
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs

ACCOUNTS = 10_000
CHUNK_SIZE = 250
HALVES = [
    ("batch-0", "batch-1", "batch-2", "batch-3", "batch-4"),
    ("batch-5", "batch-6", "batch-7", "batch-8", "batch-9"),
]

POSTER = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
import django
django.setup()
from tallystick.invoicing.operations.post_chunk import post_chunk
from tallystick.plumbing import clock
from tallystick.plumbing.actor import system_actor
at = clock.now()
print("ready", flush=True)
input()
run_id, chunks = int(sys.argv[1]), int(sys.argv[2])
for position in range(1, chunks + 1):
    post_chunk(run_id, position=position, at=at, actor=system_actor("a poster"))
"""


def draft_in_two_runs() -> list[BillRun]:
    seller = build_crowd(ACCOUNTS)
    runs = [
        start_bill_run(
            seller,
            target_on=TARGET_ON,
            filters=RunFilters(segments=half),
            chunk_size=CHUNK_SIZE,
            at=AT,
            actor=ACTOR,
        )
        for half in HALVES
    ]
    run_jobs()
    return [post_bill_run(BillRun.objects.get(pk=run.pk), at=AT, actor=ACTOR) for run in runs]


def post_at_once(runs: list[BillRun], database: FreshDatabase) -> None:
    """A process for each run, each with its own connection; they begin at the same moment."""
    posters = [
        subprocess.Popen(
            [sys.executable, "-c", POSTER, str(run.pk), str(run.chunks.count())],
            env=database.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for run in runs
    ]
    try:
        for poster in posters:
            assert poster.stdout is not None and poster.stdout.readline() == "ready\n"
        for poster in posters:
            assert poster.stdin is not None
            poster.stdin.write("\n")
            poster.stdin.flush()
        assert [poster.wait(timeout=300) for poster in posters] == [0, 0]
    finally:
        for poster in posters:
            poster.kill()
            poster.communicate()


def test_two_posters_leave_no_gap_and_no_duplicate(fresh_database: FreshDatabase) -> None:
    runs = draft_in_two_runs()
    post_at_once(runs, fresh_database)
    posted = Document.objects.filter(status="posted", kind="invoice").order_by("sequence_number")
    assert list(posted.values_list("sequence_number", "number")) == [
        (n, f"INV-{n:06d}") for n in range(1, ACCOUNTS + 1)
    ]
    assert NumberSeries.objects.get(kind="invoice").next_number == ACCOUNTS + 1
    assert set(BillRun.objects.values_list("status", flat=True)) == {"posted"}

    spans = [
        posted.filter(run=run).order_by().aggregate(first=Min("sequence_number"), last=Max("sequence_number"))
        for run in runs
    ]
    assert spans[0]["first"] < spans[1]["last"] and spans[1]["first"] < spans[0]["last"], "they did not work at once"
    assert list(check_books(actor=ACTOR)) == []
