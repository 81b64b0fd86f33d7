"""Catch-up runs: what another system billed counts as billed, and no document is made (ZUO-7)."""

from datetime import date

import pytest

from tallystick.invoicing.core.run_options import CATCH_UP
from tallystick.invoicing.errors import CatchUpHasNoInvoices
from tallystick.invoicing.models import BillRun, BillRunAccount, Document, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import SubscriptionService
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-7")]

NOVEMBER, FEBRUARY, MARCH = date(2025, 11, 1), date(2026, 2, 28), date(2026, 3, 1)


@pytest.fixture
def seller() -> Seller:
    """One account that came from elsewhere: a month costs 100.00 since November."""
    seller = build_seller()
    account = build_account(seller)
    build_subscription(account, build_plan(seller), build_service(seller), starts_on=NOVEMBER)
    return seller


def run(seller: Seller, *, target_on: date, kind: str = CATCH_UP) -> BillRun:
    started = start_bill_run(seller, target_on=target_on, kind=kind, at=AT, actor=ACTOR)
    run_jobs()
    return BillRun.objects.get(pk=started.pk)


def test_it_moves_what_is_charged_through_and_makes_no_document(seller: Seller) -> None:
    made = run(seller, target_on=FEBRUARY)
    assert (made.status, Document.objects.count()) == ("completed", 0)
    assert BillRunAccount.objects.get().status == "caught_up"
    service = SubscriptionService.objects.get()
    assert (service.billed_through, service.billed_elsewhere_until) == (MARCH, MARCH)
    run(seller, target_on=MARCH, kind="bill")
    assert list(DocumentLine.objects.values_list("period_start_on", flat=True)) == [MARCH]
    assert list(check_books(actor=ACTOR)) == []


def test_it_may_be_repeated_only_while_the_account_has_no_invoice(seller: Seller) -> None:
    run(seller, target_on=date(2025, 12, 31))
    run(seller, target_on=FEBRUARY)
    assert SubscriptionService.objects.get().billed_through == MARCH
    run(seller, target_on=MARCH, kind="bill")
    again = run(seller, target_on=date(2026, 6, 1))
    told = BillRunAccount.objects.get(run=again)
    assert (again.status, told.status) == ("failed", "failed")
    assert "invoices already" in told.reason


def test_once_completed_it_can_be_neither_canceled_nor_posted(seller: Seller) -> None:
    made = run(seller, target_on=FEBRUARY)
    with pytest.raises(CatchUpHasNoInvoices):
        cancel_bill_run(made, reason="wrong", at=AT, actor=ACTOR)
    with pytest.raises(CatchUpHasNoInvoices):
        post_bill_run(made, at=AT, actor=ACTOR)


def test_before_it_began_it_can_be_canceled(seller: Seller) -> None:
    started = start_bill_run(seller, target_on=FEBRUARY, kind=CATCH_UP, at=AT, actor=ACTOR)
    assert cancel_bill_run(started, reason="wrong", at=AT, actor=ACTOR).status == "canceled"
    run_jobs()
    assert SubscriptionService.objects.get().billed_through == NOVEMBER
