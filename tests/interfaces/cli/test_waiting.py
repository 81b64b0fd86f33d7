"""What a person sees while the command waits for workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tallystick.collection.operations.prepare_wave import prepare_wave
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.interfaces.cli import waiting
from tallystick.interfaces.cli.times import write_clock_command, write_duration
from tallystick.interfaces.jobs.crew import Crew
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs
from tests.support.stories import GOOD_CARD, bill_and_post, build_payers

pytestmark = pytest.mark.django_db


class NotedMeter:
    """Keeps what it was told to show."""

    def __init__(self) -> None:
        self.shown: list[tuple[int, int | None]] = []
        self.summary = ""

    def show(self, done: int, total: int | None) -> None:
        self.shown.append((done, total))

    def finish(self, summary: str) -> None:
        self.summary = summary


def test_totals_are_true_from_the_first_line_although_workers_began_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for name in ("ann", "bob", "cid"):
        account = build_account(seller, external_id=name, party={"city": "Utrecht"}, is_printed=name == "cid")
        build_subscription(account, plan, seat, external_id=f"S-{name}")
    selection = Selection(bill_and_post(seller).pk)
    meter = NotedMeter()

    @contextmanager
    def noted(_label: str) -> Iterator[NotedMeter]:
        yield meter

    monkeypatch.setattr(waiting, "meter", noted)
    monkeypatch.setattr(waiting, "work_until", lambda is_done, crew: is_done())
    monkeypatch.setattr("tallystick.delivery.queries.batches.make_home", lambda: tmp_path)
    queued = queue_deliveries(selection, at=AT, actor=ACTOR)
    run_jobs()  # the three e-mails are out before anybody waits
    batch = make_print_batch(seller, selection=selection, at=AT, actor=ACTOR)
    waiting.wait_for_deliveries(queued, batch_id=batch.pk, crew=cast(Crew, object()))
    assert meter.shown == [(3, 4)]
    assert meter.summary == "3 e-mails, 1 in print"


def test_a_payment_run_that_only_the_clock_brings_on_ends_the_wait_and_says_so() -> None:
    clock.set_clock(AT)
    seller = build_seller()
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    assert not waiting.is_at_standstill(run.pk)  # its first job waits for a worker
    run_jobs(until="payment_run.collect_chunk")
    prepare_wave(run.pk, position=1, at=AT, actor=ACTOR)
    ProcrastinateJob.objects.filter(status="todo").update(status="failed")  # the worker's job is given up for good
    assert not waiting.is_at_standstill(run.pk)  # due by now: the minute's look takes it up
    PaymentAttempt.objects.update(look_again_at=AT + timedelta(minutes=5))
    assert waiting.is_at_standstill(run.pk)
    told = waiting.explain_standstill(run.pk)
    assert told.startswith("PR-000001 waits for the clock: 1 charge to be tried again at 2026-")
    assert told.endswith(f"Move it: {write_clock_command(AT + timedelta(minutes=5))}")
    clock.use_real_clock()
    PaymentAttempt.objects.update(look_again_at=clock.now() + timedelta(minutes=5))
    assert not waiting.is_at_standstill(run.pk)  # time runs, and the minute's look takes it up
    assert "by workers" in waiting.explain_standstill(run.pk)


def test_a_payment_run_that_nothing_brings_on_says_so() -> None:
    seller = build_seller()
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs(until="payment_run.collect_chunk")
    ProcrastinateJob.objects.filter(status="todo").update(status="failed")
    assert waiting.is_at_standstill(run.pk)
    assert "stands still: 1 charge not made" in waiting.explain_standstill(run.pk)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "0.0 s"), (3.046149, "3.0 s"), (99.94, "99.9 s"), (125.9, "2 min 5 s")]
)
def test_durations_are_seconds_and_minutes(seconds: float, words: str) -> None:
    assert write_duration(seconds) == words


def test_the_clock_is_moved_to_the_end_of_a_minute_that_has_begun() -> None:
    at = datetime(2026, 3, 31, 7, 5, tzinfo=UTC)
    assert write_clock_command(at) == "tallystick clock --advance-to 2026-03-31T07:05"
    assert write_clock_command(at + timedelta(seconds=1)) == "tallystick clock --advance-to 2026-03-31T07:06"
