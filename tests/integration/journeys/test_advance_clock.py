"""A moved clock does what falls due on the way: direct debits are settled, subscriptions end."""

from datetime import UTC, date, datetime

import pytest

from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.advance_clock import advance_clock
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing import clock
from tallystick.plumbing.clock import ClockRunsForward
from tallystick.subscriptions.models import Subscription
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

pytestmark = [pytest.mark.django_db, pytest.mark.rule("UNI-10")]


@pytest.fixture
def debited() -> Document:
    """An invoice of 121.00 whose direct debit was accepted on 1 March, of a subscription that ends on 5 March."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_account(seller, billing_mode="self_serve")
    build_subscription(
        account, build_plan(seller), build_service(seller, unit_price="100.00"), ends_on=date(2026, 3, 5)
    )
    run = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    store_methods(
        seller, methods=[NewMethod(account.pk, "NL77SAND0000000001")], gateway_kind="sandbox", at=AT, actor=ACTOR
    )
    method = list_default_methods([account.pk])[account.pk]
    document = Document.objects.get()
    new = NewAttempt(
        account.pk,
        method.method_id,
        method.gateway_account_id,
        f"document:{document.pk}",
        document.gross_minor,
        document.currency,
        "March",
    )
    collect_attempts(list(create_attempts([new], at=AT, actor=ACTOR)), at=AT, actor=ACTOR)
    return document


def test_a_direct_debit_is_settled_on_the_way_and_dated_then(debited: Document) -> None:
    advance_clock(datetime(2026, 3, 20, 9, tzinfo=UTC), now=AT, actor=ACTOR)
    debited.refresh_from_db()
    assert debited.open_minor == 0
    assert debited.allocations.get().allocated_on < date(2026, 3, 10)


def test_a_subscription_ends_when_its_last_day_is_over(debited: Document) -> None:
    advance_clock(datetime(2026, 3, 4, 9, tzinfo=UTC), now=AT, actor=ACTOR)
    assert Subscription.objects.get().status == "active"
    advance_clock(datetime(2026, 3, 5, 9, tzinfo=UTC), now=datetime(2026, 3, 4, 9, tzinfo=UTC), actor=ACTOR)
    assert Subscription.objects.get().status in ("canceled", "expired")


def test_the_clock_does_not_go_back(debited: Document) -> None:
    with pytest.raises(ClockRunsForward):
        advance_clock(datetime(2026, 2, 1, tzinfo=UTC), now=AT, actor=ACTOR)
