"""Workers that are killed while they collect: nobody is charged twice, and what was charged is booked, in the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Count
from pytest_django.plugin import DjangoDbBlocker

from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.interfaces.cli.bench.company import AT, TARGET_ON
from tallystick.journeys.advance_clock import advance_clock
from tallystick.journeys.check_books import check_books
from tallystick.payments.models import Payment, SandboxPayment
from tests.support.builders import ACTOR
from tests.support.crowd import build_crowd, draft_undisturbed, post_undisturbed, save_cards
from tests.support.databases import FreshDatabase, use_clone
from tests.support.jobs import run_jobs
from tests.support.run_facts import COLLECTING, Facts, read_facts, require_same
from tests.support.workforce import compose_environment, looking_on, make_dice, running, wait_until

ACCOUNTS = 180  # two thirds of them pay automatically
CHUNK_SIZE = 10
WORKER = ("worker", "--processes", "2")
SEEDS = [(1, 3), *(pytest.param(seed, 8, marks=pytest.mark.long) for seed in range(2, 16))]

GOOD, DECLINED, EXPIRED = "4242424242424242", "4000000000000002", "4000000000000069"
ANSWER_LOST, REQUEST_LOST, ERROR_AFTER = "4000009900000004", "4000009900000012", "4000009900000020"
BUSY_TWICE, KEY_BUSY = "4000009900000038", "4000009900000079"
PAYS_IN_THREE_DAYS, BOUNCES = "NL77SAND0000000001", "NL23SAND0000000003"
CARDS = (
    *(GOOD, GOOD, DECLINED, ANSWER_LOST, GOOD, REQUEST_LOST, PAYS_IN_THREE_DAYS),
    *(GOOD, ERROR_AFTER, BUSY_TWICE, GOOD, KEY_BUSY, EXPIRED, BOUNCES),
)

WAITING = """
SELECT (SELECT count(*) FROM collection_paymentrunitem WHERE status = 'due')
     + (SELECT count(*) FROM procrastinate_jobs
         WHERE queue_name = 'payments' AND task_name <> 'due.look' AND status IN ('todo', 'doing'))
"""

CHARGED_AND_NOT_NOTED = """
SELECT count(*) FROM payments_paymentattempt a
 WHERE a.status = 'submitting' AND EXISTS (SELECT 1 FROM payments_sandboxpayment s WHERE s.our_id = a.our_id::text)
"""


def start_collecting() -> PaymentRun:
    """Everything posted, and a payment run that waits for workers."""
    seller = build_crowd(ACCOUNTS)
    post_undisturbed(draft_undisturbed(seller, chunk_size=2_000))
    save_cards(seller, CARDS)
    return start_payment_run(seller, target_on=TARGET_ON, chunk_size=CHUNK_SIZE, at=AT, actor=ACTOR)


def let_days_pass() -> None:
    """Long enough for lost answers to be looked up and for banks to be done."""
    advance_clock(AT + timedelta(days=7), now=AT, actor=ACTOR)


@pytest.fixture(scope="module")
def undisturbed_payments(django_db_blocker: DjangoDbBlocker) -> Facts:
    with django_db_blocker.unblock(), use_clone(purpose="undisturbed") as database:
        start_collecting()
        run_jobs()
        let_days_pass()
        facts = read_facts(database.url, of=COLLECTING)
    assert {item[5] for item in facts["items"]} == {"collected", "failed"}
    return facts


def require_charged_once_and_booked() -> None:
    charges = SandboxPayment.objects.values("our_id").annotate(times=Count("pk"))
    assert {charge["times"] for charge in charges} == {1}
    executed = dict(SandboxPayment.objects.filter(status="succeeded").values_list("our_id", "amount_minor"))
    booked = Payment.objects.filter(kind="gateway").values_list("attempt__our_id", "amount_minor")
    assert {str(our_id): amount for our_id, amount in booked} == executed
    assert len(booked) == len(executed)


@pytest.mark.parametrize(("seed", "kills"), SEEDS)
def test_killed_workers_charge_nobody_twice_and_lose_no_payment(
    fresh_database: FreshDatabase, undisturbed_payments: Facts, seed: int, kills: int
) -> None:
    dice = make_dice(seed)
    run = start_collecting()
    with (
        looking_on(fresh_database.url) as onlooker,
        running(compose_environment(fresh_database), *WORKER) as work,
    ):

        def is_charged_and_not_noted() -> int:
            return min(1, int(onlooker.ask(CHARGED_AND_NOT_NOTED)))

        for number in range(kills):
            moment = onlooker.count_session_locks if number % 2 else is_charged_and_not_noted
            work.kill_in_the_middle(onlooker, moment, dice=dice)
        assert onlooker.ask(WAITING), "it was over before it was disturbed"
        wait_until(lambda: not onlooker.ask(WAITING), what="everything is charged")
    let_days_pass()
    require_charged_once_and_booked()
    require_same(read_facts(fresh_database.url, of=COLLECTING), expected=undisturbed_payments)
    run.refresh_from_db()
    assert run.status == "completed"
    assert list(check_books(actor=ACTOR)) == []
