"""A scheduled run that posts itself ends like any other, though its workers are killed while they draft and post."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tallystick.invoicing.core.schedule import DAILY, DateRule, Recurrence
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.start_due_runs import start_due_runs
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.sellers.models import BillingRule
from tests.support.builders import ACTOR, AT
from tests.support.crowd import build_crowd
from tests.support.databases import FreshDatabase
from tests.support.schedules import make_schedule
from tests.support.workforce import compose_environment, looking_on, make_dice, running, wait_until

ACCOUNTS = 2_000
STATUS = "SELECT status FROM invoicing_billrun WHERE number = 'BR-000001'"


@pytest.mark.rule("ZUO-18", "UNI-10")
def test_killed_workers_draft_post_and_plan_the_next_once(fresh_database: FreshDatabase) -> None:
    dice = make_dice(7)
    seller = build_crowd(ACCOUNTS)
    BillingRule.objects.update(supports_auto_post=True)
    make_schedule(seller, Recurrence(DAILY, AT.date()), auto_posts=True, invoice=DateRule(days=1))
    BillRun.objects.update(chunk_size=50)
    clock.set_clock(AT + timedelta(days=1))
    start_due_runs(at=clock.now(), actor=ACTOR)
    with (
        looking_on(fresh_database.url) as onlooker,
        running(compose_environment(fresh_database), "worker", "--processes", "2") as work,
    ):
        for _ in range(3):
            work.kill_in_the_middle(onlooker, onlooker.count_held_chunks, dice=dice)
        wait_until(lambda: onlooker.ask(STATUS) == "posted", what="the run is posted", within_seconds=180)
    first, second = BillRun.objects.order_by("pk")
    assert (first.status, second.status, second.queued_at) == ("posted", "pending", None)
    posted = Document.objects.filter(run=first, status="posted").order_by("sequence_number")
    numbers = list(posted.values_list("sequence_number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1)) and numbers
    assert posted.values("account").distinct().count() == len(numbers)
    assert first.events.filter(event="post").count() == 1
    assert list(check_books(actor=ACTOR)) == []
