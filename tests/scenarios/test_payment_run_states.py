"""Every row of a payment run's states, reached as in life, and what each state lets people do with a run (ZUO-41)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from tallystick.collection.core.run_lifecycle import TRANSITIONS
from tallystick.collection.errors import PaymentRunHasBegun, PaymentRunNotDeletable, WrongPaymentRunState
from tallystick.collection.models import DeletedPaymentRun, PaymentRun, PaymentRunEvent
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.change_payment_run import RunChange, change_payment_run
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.errors import Refusal
from tallystick.interfaces.jobs import payment_runs
from tallystick.interfaces.jobs.retrying import MAX_ATTEMPTS
from tallystick.invoicing.core.schedule import DAILY, Recurrence
from tallystick.journeys.collect_payment_run import resolve_payments
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.schedules import make_payment_schedule
from tests.support.stories import SILENT_CARD, bill_and_post, build_payers, collect

MINUTE = timedelta(minutes=1)
#: In the mapping for a run that can't go on; today whatever is asked of a running run ends well, item by item.
REACHED_BY_NOBODY = {("running", "fail")}


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def wait(seller: Seller) -> PaymentRun:
    """A run of tomorrow, written down by its schedule."""
    schedule = make_payment_schedule(seller, Recurrence(DAILY, MARCH + timedelta(days=1)), name="mornings")
    return schedule.runs.get()


def run_into_silence(seller: Seller) -> PaymentRun:
    """It charged, and waits for an answer that was lost."""
    build_payers(seller, {"silent": SILENT_CARD})
    bill_and_post(seller)
    return collect(seller)


def break_down(seller: Seller, monkeypatch: pytest.MonkeyPatch) -> PaymentRun:
    """Its first job fails as often as it is tried."""
    run = start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)

    def fail(run_id: int, **_: object) -> None:
        raise ConnectionError("the database went away")

    row = ProcrastinateJob.objects.get(task_name="payment_run.start", status="todo")
    monkeypatch.setattr(payment_runs, "freeze_items", fail)
    for attempts, status in ((MAX_ATTEMPTS - 1, "pending"), (MAX_ATTEMPTS, "failed")):
        job = Job(
            id=row.pk, queue="payments", lock=None, queueing_lock=None, task_name=row.task_name, attempts=attempts
        )
        context = JobContext(app=app, job=job, abort_reason=lambda: None, start_timestamp=0.0)
        with pytest.raises(ConnectionError):
            payment_runs.start.func(context, run_id=run.pk)
        run.refresh_from_db()
        assert run.status == status
    return run


def list_reached() -> set[tuple[str, str]]:
    """The rows of the mapping that the histories of runs tell."""
    return {
        (before, event)
        for before, event, after in PaymentRunEvent.objects.values_list("from_status", "event", "to_status")
        if TRANSITIONS.get((before, event)) == after
    }


def refuses(act: Callable[[], object], refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        act()


def assert_fixed(run: PaymentRun) -> None:
    """What has begun or is over is neither changed nor canceled."""
    refuses(lambda: change_payment_run(run, change=RunChange(), at=AT, actor=ACTOR), PaymentRunHasBegun)
    refuses(lambda: cancel_payment_run(run, reason="too late", at=AT, actor=ACTOR), WrongPaymentRunState)


def assert_kept(run: PaymentRun) -> None:
    refuses(lambda: delete_payment_run(run, reason="no", at=AT, actor=ACTOR), PaymentRunNotDeletable)
    assert PaymentRun.objects.filter(pk=run.pk).exists()


def assert_deletable(run: PaymentRun) -> None:
    delete_payment_run(run, reason="never mind", at=AT, actor=ACTOR)
    assert not PaymentRun.objects.filter(pk=run.pk).exists()
    assert DeletedPaymentRun.objects.filter(number=run.number, status=run.status).exists()


@pytest.mark.rule("ZUO-41")
def test_every_row_is_reached_and_each_state_allows_what_is_its_own(
    seller: Seller, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = wait(seller)
    moved = change_payment_run(waiting, change=RunChange(starts_at=AT + timedelta(days=2)), at=AT, actor=ACTOR)
    assert (waiting.status, moved.starts_at) == ("pending", (AT + timedelta(days=2)).replace(minute=0))
    assert_kept(moved)
    canceled = cancel_payment_run(moved, reason="not tomorrow", at=AT, actor=ACTOR)

    running = run_into_silence(seller)
    assert running.status == "running"
    assert_fixed(running)
    assert_kept(running)

    clock.set_clock(AT + 20 * MINUTE)
    resolve_payments(at=clock.now(), actor=ACTOR)
    running.refresh_from_db()
    assert running.status == "completed"
    assert_fixed(running)
    assert_kept(running)

    failed = break_down(seller, monkeypatch)
    assert failed.reason == "ConnectionError('the database went away')"
    assert list_reached() == set(TRANSITIONS) - REACHED_BY_NOBODY

    for over in (canceled, failed):
        assert_fixed(over)
        assert_deletable(over)
