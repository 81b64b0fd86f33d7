"""`check` finds what is wrong: one breach of each kind is planted behind the back of code and triggers."""

import pytest

from tallystick.errors import Forbidden
from tallystick.invoicing.models import CreditSource, Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import INVARIANTS, check_books
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
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
from tests.support.drawn import fund
from tests.support.jobs import run_jobs
from tests.support.planting import found, plant

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books() -> None:
    """Three posted invoices of 121.00, one of them overpaid by card so that 29.00 of credit is left; one live draft,
    and 121.00 drawn."""
    clock.set_clock(AT)
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    accounts = [build_account(seller, external_id=f"A-{n}", billing_mode="self_serve") for n in (1, 2, 3)]
    for account in accounts:
        build_subscription(account, plan, seat, external_id=f"S-{account.external_id}")
    run = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    payer = accounts[0]
    store_methods(seller, methods=[NewMethod(payer.pk, "4242424242424242")], gateway_kind="sandbox", at=AT, actor=ACTOR)
    method = list_default_methods([payer.pk])[payer.pk]
    purpose = f"document:{Document.objects.get(account=payer).pk}"
    attempts = create_attempts(
        [NewAttempt(payer.pk, method.method_id, method.gateway_account_id, purpose, 150_00, "EUR", "too much")],
        at=AT,
        actor=ACTOR,
    )
    collect_attempts(list(attempts), at=AT, actor=ACTOR)
    limited = build_account(seller, external_id="A-limit", receivable_limit_minor=500_00)
    build_subscription(limited, plan, seat, external_id="S-limit")
    drawn = build_account(seller, external_id="A-drawn")
    build_subscription(drawn, plan, seat, external_id="S-drawn")
    fund(drawn, "postpaid")
    start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()


def test_books_that_are_in_order_have_no_breach() -> None:
    assert CreditSource.objects.get().remaining_minor == 29_00
    assert Document.objects.filter(status="draft").count() == 1
    assert found() == []


@pytest.mark.parametrize(
    ("invariant", "statement", "words"),
    [
        (1, "UPDATE ledger_ledgerentry SET amount_minor = amount_minor + 1 WHERE ledger_account = 'revenue'"
            " AND transaction_id = (SELECT min(id) FROM ledger_ledgertransaction)", "sum 1, not 0"),
        (1, "DELETE FROM ledger_ledgerentry WHERE ledger_account = 'tax_payable'"
            " AND transaction_id = (SELECT min(id) FROM ledger_ledgertransaction)", "2 of 3 entries"),
        (1, "UPDATE ledger_accountbalance SET receivable_minor = receivable_minor + 5"
            " WHERE account_id = (SELECT max(account_id) FROM invoicing_document WHERE status = 'posted')", "12105"),
        (1, "UPDATE invoicing_document SET settled_minor = settled_minor - 1 WHERE settled_minor > 0", "12100"),
        (1, "UPDATE ledger_ledgerbook SET currency = 'USD'", "stands in a USD book"),
        (2, "UPDATE invoicing_creditsource SET remaining_minor = remaining_minor - 100", "2800 left of 15000"),
        (2, "UPDATE ledger_accountbalance SET customer_credit_minor = 1 WHERE customer_credit_minor = 0",
            "customer credit 1, but its sources have 0 left"),
        (2, "UPDATE credit_hold SET purpose = 'document:1'", "which is no draft"),
        (2, "UPDATE credit_hold SET kind = 'credit'", "exceed its free credit of 0"),
        (3, "UPDATE invoicing_documentline SET net_minor = net_minor + 1", "lines sum to 10001"),
        (3, "UPDATE invoicing_documenttaxline SET tax_minor = tax_minor + 1", "tax lines to 2101"),
        (3, "UPDATE invoicing_documenttaxline SET tax_rate = 9", "tax of standard at 9.000 %"),
        (4, "UPDATE invoicing_document SET sequence_number = 7 WHERE sequence_number = 2", "there is a gap"),
        (4, "UPDATE sellers_numberseries SET next_number = 9 WHERE kind = 'invoice'", "next is 9"),
        (5, "UPDATE invoicing_billingclaim SET end_on = end_on + 1"
            " WHERE document_id = (SELECT min(id) FROM invoicing_document)", "2026-04-02"),
        (5, "UPDATE subscriptions_subscriptionservice SET billed_through = billed_through + 30", "billed through"),
        (5, "INSERT INTO invoicing_billingclaim (subscription_service_id, document_id, kind, start_on, end_on)"
            " SELECT subscription_service_id, document_id, kind, '2026-03-20', '2026-04-20' FROM invoicing_billingclaim"
            " WHERE document_id = (SELECT min(id) FROM invoicing_document)", "overlap or leave a hole"),
        (6, "UPDATE payments_payment SET amount_minor = 1", "the money booked for it is 1 EUR"),
        (7, "UPDATE payments_attemptevent SET to_status = 'failed' WHERE to_status = 'succeeded'",
            "is succeeded, but its last event says failed"),
        (9, "UPDATE invoicing_draw SET tax_minor = tax_minor + 1", "unbilled 12100, but its draws"),
        (9, "UPDATE ledger_accountbalance SET unbilled_minor = 0 WHERE unbilled_minor > 0", "come to 12100"),
    ],
)  # fmt: skip
def test_a_planted_breach_is_found_and_named(invariant: int, statement: str, words: str) -> None:
    plant(statement)
    breaches = found()
    assert any(number == invariant and words in text for number, text in breaches), breaches


def test_every_invariant_has_a_planted_breach_above() -> None:
    marks = test_a_planted_breach_is_found_and_named.pytestmark  # type: ignore[attr-defined]
    planted = {case[0] for mark in marks if mark.name == "parametrize" for case in mark.args[1]}
    assert planted == set(INVARIANTS)


def test_whoever_may_not_check_is_refused() -> None:
    nobody = Actor(kind="staff", id="1", label="Nobody", permissions=frozenset())
    with pytest.raises(Forbidden):
        list(check_books(actor=nobody))
