"""Two runs, two looks or two follow-ups at the same moment: each period is billed once, each occurrence starts once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connections
from django.db.models import Count

from tallystick.interfaces.cli.bench.company import TARGET_ON
from tallystick.invoicing.core.run_options import RunOptions
from tallystick.invoicing.core.schedule import DAILY, Recurrence
from tallystick.invoicing.models import BillingClaim, BillRun, BillRunAccount, Document
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.operations.start_due_runs import start_due_runs
from tallystick.journeys.check_books import check_books
from tallystick.journeys.follow_bill_run import follow_bill_run
from tallystick.plumbing import clock
from tallystick.sellers.models import BillingRule
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_plan, build_seller, build_service
from tests.support.builders import build_subscription as subscribe
from tests.support.crowd import build_crowd
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.schedules import make_schedule

ACCOUNTS, CHUNK_SIZE = 120, 20


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Do each in a thread with a connection of its own; all begin at the same moment."""
    barrier = Barrier(len(acts))

    def work(act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=60)
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        for done in [pool.submit(work, act) for act in acts]:
            done.result(timeout=120)


def draft_all(run: BillRun) -> Callable[[], None]:
    def act() -> None:
        for position in range(1, ACCOUNTS // CHUNK_SIZE + 1):
            draft_chunk(run.pk, position=position, at=AT, actor=ACTOR)

    return act


@pytest.mark.rule("ZUO-9")
def test_two_runs_over_the_same_accounts_bill_each_of_them_once(fresh_database: FreshDatabase) -> None:
    seller = build_crowd(ACCOUNTS)
    runs = [start_bill_run(seller, target_on=TARGET_ON, chunk_size=CHUNK_SIZE, at=AT, actor=ACTOR) for _ in range(2)]
    for run in runs:  # both have taken everyone before either drafts
        identify_population(run.pk, at=AT, actor=ACTOR)
    assert [BillRunAccount.objects.filter(run=run).count() for run in runs] == [ACCOUNTS, ACCOUNTS]
    at_once([draft_all(run) for run in runs])
    live = BillingClaim.objects.filter(released_at__isnull=True)
    periods = live.values("subscription_service", "start_on").annotate(times=Count("pk"))
    assert periods and not [each for each in periods if each["times"] > 1]
    drafted = BillRunAccount.objects.filter(status="drafted")
    assert drafted.values("account").distinct().count() == drafted.count() == ACCOUNTS
    assert set(BillRun.objects.values_list("status", flat=True)) == {"completed"}
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-9")
def test_what_the_first_gives_back_the_second_can_bill(fresh_database: FreshDatabase) -> None:
    seller = build_crowd(CHUNK_SIZE)
    first = start_bill_run(seller, target_on=TARGET_ON, at=AT, actor=ACTOR)
    run_jobs()
    second = start_bill_run(seller, target_on=TARGET_ON, at=AT, actor=ACTOR)
    run_jobs()
    assert Document.objects.filter(run=second).count() == 0
    cancel_bill_run(BillRun.objects.get(pk=first.pk), reason="twice", at=AT, actor=ACTOR)
    run_jobs()
    third = start_bill_run(seller, target_on=TARGET_ON, at=AT, actor=ACTOR)
    run_jobs()
    assert Document.objects.filter(run=third).count() == Document.objects.filter(run=first).count() > 0


@pytest.mark.rule("UNI-10")
def test_two_looks_at_once_start_an_occurrence_once(fresh_database: FreshDatabase) -> None:
    clock.set_clock(AT)
    make_schedule(build_seller(), Recurrence(DAILY, MARCH))
    later = AT + timedelta(days=1)
    at_once([lambda: start_due_runs(at=later, actor=ACTOR)] * 4)
    assert list(BillRun.objects.order_by("pk").values_list("number", "queued_at")) == [
        ("BR-000001", later),
        ("BR-000002", None),
    ]
    assert run_jobs().count("bill_run.identify") == 1


@pytest.mark.rule("ZUO-18")
def test_two_follow_ups_at_once_post_and_mail_once(fresh_database: FreshDatabase) -> None:
    seller = build_seller()
    BillingRule.objects.update(supports_auto_post=True)
    subscribe(build_account(seller), build_plan(seller), build_service(seller))
    both = RunOptions(auto_posts=True, auto_emails=True)
    run = start_bill_run(seller, target_on=MARCH, options=both, at=AT, actor=ACTOR)
    identify_population(run.pk, at=AT, actor=ACTOR)
    draft_chunk(run.pk, position=1, at=AT, actor=ACTOR)
    at_once([lambda: follow_bill_run(run.pk, at=AT, actor=ACTOR)] * 4)
    run_jobs()
    at_once([lambda: follow_bill_run(run.pk, at=AT, actor=ACTOR)] * 4)
    run_jobs()
    assert run.events.filter(event="post").count() == 1
    assert Document.objects.get().number == "ACME-INV-000001"
    assert len(mail.outbox) == 1
