"""Every row of the payment run's state table, reached as an operator and the jobs reach it (ZUO-41)."""

from collections.abc import Callable

import pytest

from tallystick.collection.core.run_lifecycle import RUN_STATUSES, TRANSITIONS
from tallystick.collection.errors import PaymentRunNotDeletable, WrongPaymentRunState
from tallystick.collection.models import PaymentRun, PaymentRunEvent
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run, give_up_run
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.operations.freeze_items import freeze_items
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.journeys.check_books import check_books
from tallystick.payments.models import Payment
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
from tests.support.stories import bill_and_post, save_method

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-41")]


@pytest.fixture
def run() -> PaymentRun:
    """A run over one invoice of 121.00, whose job has not begun."""
    seller = build_seller()
    account = build_account(seller, external_id="ann", billing_mode="self_serve")
    build_subscription(account, build_plan(seller), build_service(seller))
    save_method(account, "4242424242424242")
    bill_and_post(seller)
    clock.set_clock(AT)
    return start_payment_run(seller, target_on=MARCH, at=AT, actor=ACTOR)


def begin(run: PaymentRun) -> None:
    freeze_items(run.pk, at=AT, actor=ACTOR)


def work(run: PaymentRun) -> None:
    run_jobs()


def cancel(run: PaymentRun) -> None:
    cancel_payment_run(run, reason="wrong day", at=AT, actor=ACTOR)


def give_up(run: PaymentRun) -> None:
    give_up_run(run.pk, reason="its job failed five times", at=AT, actor=ACTOR)


STORIES: dict[tuple[str, str], tuple[Callable[[PaymentRun], None], ...]] = {
    ("pending", "start"): (begin,),
    ("pending", "cancel"): (cancel,),
    ("pending", "fail"): (give_up,),
    ("running", "complete"): (begin, work),
}


@pytest.mark.parametrize("row", sorted(TRANSITIONS))
def test_every_row_is_reached_and_told_and_money_moves_only_when_it_ran(run: PaymentRun, row: tuple[str, str]) -> None:
    for step in STORIES[row]:
        step(run)
    told = PaymentRunEvent.objects.filter(run=run, item=None).latest("pk")
    assert (told.from_status, told.event, told.to_status) == (*row, TRANSITIONS[row])
    run.refresh_from_db()
    assert run.status == TRANSITIONS[row]
    assert Payment.objects.count() == (run.status == "completed")
    run_jobs()  # what waits of a run that has ended does nothing
    assert Payment.objects.count() == (run.status in ("completed", "running"))
    assert list(check_books(actor=ACTOR)) == []


#: How an operator finds a run in each state.
FOUND: dict[str, tuple[Callable[[PaymentRun], None], ...]] = {
    "pending": (),
    "running": (begin,),
    "completed": (work,),
    "failed": (give_up,),
    "canceled": (cancel,),
}


@pytest.mark.parametrize("status", RUN_STATUSES)
def test_only_a_pending_run_is_canceled_and_only_one_that_charged_nothing_is_deleted(
    run: PaymentRun, status: str
) -> None:
    for step in FOUND[status]:
        step(run)
    run.refresh_from_db()
    assert run.status == status
    if status != "pending":
        with pytest.raises(WrongPaymentRunState):
            cancel(run)
    if status in ("failed", "canceled"):
        delete_payment_run(run, reason="a mistake", at=AT, actor=ACTOR)
        assert not PaymentRun.objects.exists()
    else:
        with pytest.raises(PaymentRunNotDeletable):
            delete_payment_run(run, reason="a mistake", at=AT, actor=ACTOR)
        assert PaymentRun.objects.exists()
