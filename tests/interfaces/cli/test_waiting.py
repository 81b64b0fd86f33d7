"""What a person sees while the command waits for workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.interfaces.cli import waiting
from tallystick.interfaces.jobs.crew import Crew
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs
from tests.support.stories import bill_and_post

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
