"""Charging saved methods at the sandbox: what succeeds, fails, is unknown, and what it does to the books."""

from datetime import timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.journeys.collect_attempts import collect_attempts, resolve_attempts
from tallystick.ledger.queries.balances import sum_ledger_accounts
from tallystick.payments.errors import AlreadyBeingPaid, MandateRefused
from tallystick.payments.models import Payment, PaymentAttempt, PaymentMethod, SandboxPayment
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.payments.queries import count_unresolved, list_default_methods
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

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """A self-serve account with one posted invoice of 121.00."""
    clock.set_clock(AT)
    seller = build_seller()
    account = build_account(seller, billing_mode="self_serve")
    build_subscription(account, build_plan(seller), build_service(seller, unit_price="100.00"))
    run = start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    return account


def charge(account: Account, number: str) -> PaymentAttempt:
    """Save the method and charge the account's invoice with it."""
    store_methods(account.seller, methods=[NewMethod(account.pk, number)], gateway_kind="sandbox", at=AT, actor=ACTOR)
    return try_again(account)


def try_again(account: Account) -> PaymentAttempt:
    document = Document.objects.get(account=account)
    method = list_default_methods([account.pk])[account.pk]
    (attempt_id,) = create_attempts(
        [
            NewAttempt(
                account.pk,
                method.method_id,
                method.gateway_account_id,
                f"document:{document.pk}",
                document.open_minor,
                document.currency,
                document.number or "",
            )
        ],
        at=clock.now(),
        actor=ACTOR,
    )
    collect_attempts([attempt_id], at=clock.now(), actor=ACTOR)
    return PaymentAttempt.objects.get(pk=attempt_id)


def resolve_after(minutes: int) -> None:
    clock.advance(timedelta(minutes=minutes))
    resolve_attempts(at=clock.now(), actor=ACTOR)


def assert_paid_once(account: Account) -> None:
    assert Document.objects.get(account=account).open_minor == 0
    assert Payment.objects.filter(account=account).count() == 1
    assert SandboxPayment.objects.filter(status="succeeded").count() == 1
    sums = {row.ledger_account: row.amount_minor for row in sum_ledger_accounts("acme")}
    assert (sums["clearing"], sums["receivable"], sums["customer_credit"]) == (121_00, 0, 0)
    assert list(check_books(actor=ACTOR)) == []


def test_a_good_card_pays_the_invoice_and_the_books_say_so(account: Account) -> None:
    assert charge(account, "4242 4242 4242 4242").status == "succeeded"
    assert_paid_once(account)
    assert PaymentMethod.objects.get().label == "Visa •••• 4242"


@pytest.mark.parametrize(
    ("number", "code", "state"),
    [
        ("4000 0000 0000 0002", "card_declined", "valid"),
        ("4000 0000 0000 0069", "expired_card", "invalid"),
        ("4000 0000 0000 9979", "stolen_card", "stopped"),
        ("4000 0027 6000 3184", "authentication_required", "valid"),
    ],
)
def test_a_decline_leaves_the_invoice_open_and_says_why(account: Account, number: str, code: str, state: str) -> None:
    attempt = charge(account, number)
    assert (attempt.status, attempt.failure_code) == ("failed", code)
    method = PaymentMethod.objects.get()
    assert (method.consecutive_failures, method.state) == (1, state)
    assert Document.objects.get().open_minor == 121_00
    assert not Payment.objects.exists()


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("number", ["4000 0099 0000 0004", "4000 0099 0000 0012", "4000 0099 0000 0020"])
def test_an_answer_that_was_lost_is_found_again_and_never_charged_twice(account: Account, number: str) -> None:
    attempt = charge(account, number)
    assert attempt.status == "unknown" and Document.objects.get().open_minor == 121_00
    resolve_after(minutes=6)
    attempt.refresh_from_db()
    assert attempt.status == "succeeded"
    assert_paid_once(account)


@pytest.mark.rule("ZUO-40")
def test_after_the_key_has_died_the_payment_is_looked_up_by_our_id(account: Account) -> None:
    attempt = charge(account, "4000 0099 0000 0004")
    resolve_after(minutes=120)
    attempt.refresh_from_db()
    assert attempt.status == "succeeded" and attempt.calls.last().operation == "find"  # type: ignore[union-attr]
    assert_paid_once(account)


def test_a_request_that_never_arrived_ends_as_not_executed_and_may_be_tried_again(account: Account) -> None:
    attempt = charge(account, "4000 0099 0000 0012")
    for _ in range(4):
        resolve_after(minutes=7 * 60)
    attempt.refresh_from_db()
    assert attempt.status == "not_executed" and not SandboxPayment.objects.exists()
    assert count_unresolved() == 0


@pytest.mark.rule("ZUO-40")
def test_while_the_outcome_is_unknown_a_second_charge_is_refused(account: Account) -> None:
    charge(account, "4000 0099 0000 0004")
    with pytest.raises(AlreadyBeingPaid, match="under way"):
        try_again(account)


def test_what_was_certainly_not_sent_is_sent_again_later(account: Account) -> None:
    attempt = charge(account, "4000 0099 0000 0038")
    assert attempt.status == "created"
    resolve_after(minutes=5)
    resolve_after(minutes=10)
    assert_paid_once(account)


def test_what_was_paid_otherwise_before_it_could_be_sent_is_not_charged_any_more(account: Account) -> None:
    attempt = charge(account, "4000 0099 0000 0038")  # turned away twice by the rate limit
    paid = NewPayment(account.pk, 121_00, "EUR", None, "", "transfer")
    add_credit_sources(record_payments([paid], on=MARCH, at=AT))
    settle_accounts([account.pk], on=MARCH, at=AT)
    resolve_after(minutes=5)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.sends, SandboxPayment.objects.count()) == ("canceled", 1, 0)
    assert list(check_books(actor=ACTOR)) == []


def test_a_gateway_that_reports_another_amount_is_never_believed(account: Account) -> None:
    attempt = charge(account, "4000 0099 0000 0095")
    assert attempt.status == "unknown" and "121.01" in attempt.quarantine_reason
    assert not Payment.objects.exists() and Document.objects.get().open_minor == 121_00


def test_a_direct_debit_is_under_way_for_three_bank_days(account: Account) -> None:
    attempt = charge(account, "NL77 SAND 0000 0000 01")
    assert attempt.status == "processing"
    resolve_after(minutes=26 * 60)
    attempt.refresh_from_db()
    assert attempt.status == "processing"
    resolve_after(minutes=4 * 24 * 60)
    assert_paid_once(account)


def test_a_number_that_the_sandbox_does_not_know_is_refused_without_repeating_it(account: Account) -> None:
    with pytest.raises(MandateRefused, match="ending in 1111") as refused:
        charge(account, "4111 1111 1111 1111")
    assert "4111111111111111" not in refused.value.message
