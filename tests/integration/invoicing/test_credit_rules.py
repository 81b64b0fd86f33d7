"""Bills with something below zero, drafted, posted and canceled under the seller's credit rule."""

from decimal import Decimal

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import BillRun, BillRunAccount, CreditSource, Document, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.drop_account import drop_account
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.runs import get_run_progress
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance, sum_ledger_accounts
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
)
from tests.support.catalogs import fill_plan
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


def company(*amounts: str, rule: str = "whole", accounts: int = 1) -> Seller:
    """Accounts that each pay these amounts a month, before 21 % VAT, as they are agreed: below zero is a rebate."""
    clock.set_clock(AT)
    seller = build_seller(credit_rule=rule)
    plan = build_plan(seller)
    services = [build_service(seller, code=f"seat-{n}", unit_price="1.00") for n in range(len(amounts))]
    fill_plan(seller, plan.code, optional=[service.code for service in services])
    for number in range(1, accounts + 1):
        account = build_account(seller, external_id=f"A-{number}", receivable_limit_minor=1000_00)
        agreed = tuple(
            NewService(service.code, MARCH, unit_price_override=Decimal(amount))
            for service, amount in zip(services, amounts, strict=True)
        )
        subscription = NewSubscription(f"S-{number}", account.external_id, plan.code, agreed, MARCH)
        create_subscription(seller, subscription=subscription, at=AT, actor=ACTOR)
    return seller


def draft(seller: Seller) -> BillRun:
    run = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def post(run: BillRun) -> BillRun:
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def told() -> list[tuple[str, str, int]]:
    """Number, status and gross of every document."""
    rows = Document.objects.order_by("kind", "pk").values_list("number", "status", "gross_minor")
    return [(number or "", status, gross) for number, status, gross in rows]


@pytest.mark.rule("ZUO-27", "ZUO-29")
def test_a_negative_bill_is_a_credit_note_and_its_credit_waits_for_the_customer() -> None:
    seller = company("20", "-50")
    assert post(draft(seller)).status == "posted"
    assert told() == [("ACME-CN-000001", "posted", 36_30)]
    account = Account.objects.get()
    balance = find_balance(account.pk)
    assert (balance.receivable_minor, balance.customer_credit_minor) == (0, 36_30)
    sums = {row.ledger_account: row.amount_minor for row in sum_ledger_accounts()}
    assert sums == {"revenue": 30_00, "tax_payable": 6_30, "customer_credit": -36_30}
    assert CreditSource.objects.get(document__number="ACME-CN-000001").remaining_minor == 36_30
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-29")
def test_with_every_negative_charge_on_a_note_the_run_still_adds_up_to_what_is_asked_for() -> None:
    run = draft(company("100", "-30", rule="negative_charges"))
    (total,) = get_run_progress(run.pk).totals
    assert (total.net_minor, total.tax_minor, total.gross_minor) == (70_00, 14_70, 84_70)
    post(run)
    assert told() == [("ACME-CN-000001", "posted", 36_30), ("ACME-INV-000001", "posted", 121_00)]
    # the note's credit went to the invoice at once: 121.00 - 36.30
    assert Document.objects.get(kind="invoice").open_minor == 84_70
    assert find_balance(Account.objects.get().pk).customer_credit_minor == 0
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-28")
def test_an_invoice_that_can_not_be_posted_keeps_its_credit_note_back_too() -> None:
    run = draft(company("100", "-30", rule="negative_charges", accounts=2))
    broken = run.documents.get(account__external_id="A-1", kind="invoice")
    DocumentLine.objects.filter(document=broken).update(net_minor=99_00)
    assert post(run).status == "completed"
    assert set(run.documents.filter(status="posted").values_list("account__external_id", "kind")) == {
        ("A-2", "credit_note"),
        ("A-2", "invoice"),
    }
    assert BillRunAccount.objects.get(run=run, status="failed").account.external_id == "A-1"


@pytest.mark.rule("ZUO-28")
@pytest.mark.parametrize("is_whole_run", [True, False])
def test_an_invoice_that_is_canceled_takes_its_credit_note_with_it(is_whole_run: bool) -> None:
    seller = company("100", "-30", rule="negative_charges")
    run = draft(seller)
    if is_whole_run:
        cancel_bill_run(run, reason="too early", at=AT, actor=ACTOR)
        run_jobs()
    else:
        drop_account(run, account=Account.objects.get(), reason="too early", at=AT, actor=ACTOR)
    assert {status for _, status, _ in told()} == {"canceled"}
    post(draft(seller))
    assert Document.objects.filter(status="posted").count() == 2
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-31")
def test_an_invoice_of_zero_has_a_number_and_is_settled_when_it_is_posted() -> None:
    run = post(draft(company("30", "-30")))
    assert told() == [("ACME-INV-000001", "posted", 0)]
    assert get_run_progress(run.pk).posted_documents == 1
    assert run.documents.get().open_minor == 0
    assert not CreditSource.objects.exists()
    assert list(check_books(actor=ACTOR)) == []
