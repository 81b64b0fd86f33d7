"""Money that arrived is booked once, dated where the seller is, and `check` finds it when it is not."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction

from tallystick.errors import InvariantBroken
from tallystick.ledger.queries.balances import find_balance, sum_ledger_accounts
from tallystick.payments.models import Payment, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.payments.queries.breaches import list_payments_breaches
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import AT, MARCH, build_account, build_seller
from tests.support.payers import build_payer, create_attempt, look_up, send

pytestmark = pytest.mark.django_db

GOOD, IBAN = "4242424242424242", "NL77SAND0000000001"


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


@pytest.fixture
def method(seller: Seller) -> PaymentMethod:
    return build_payer(seller, GOOD)


def list_problems() -> set[str]:
    return {f"{breach.invariant} {breach.subject}: {breach.problem}" for breach in list_payments_breaches()}


def plant(statement: str) -> None:
    """Write as only the owner of the tables can: with their triggers off."""
    table = re.findall(r"(?:UPDATE|DELETE FROM) (\w+)", statement)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount > 0, "nothing was planted"
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_gateway_money_is_owed_by_the_gateway_and_credited_to_the_customer(method: PaymentMethod) -> None:
    attempt = create_attempt(method)
    send([attempt])
    payment = Payment.objects.get()
    assert (payment.kind, payment.gateway, payment.reference) == ("gateway", "sandbox", attempt.gateway_ref)
    assert {row.ledger_account: row.amount_minor for row in sum_ledger_accounts("acme")} == {
        "clearing": 121_00,
        "customer_credit": -121_00,
    }
    assert find_balance(method.account_id).customer_credit_minor == 121_00
    assert list_problems() == set()


def test_a_transfer_is_booked_on_the_bank_account_to_which_it_came(seller: Seller) -> None:
    account = build_account(seller)
    paid = NewPayment(account.pk, 50_00, "EUR", None, "", "RF18 5390 0754", iban="NL91ABNA0417164300")
    (payment,) = record_payments([paid], on=MARCH, at=AT)
    assert (payment.kind, payment.received_on) == ("transfer", MARCH)
    with connection.cursor() as cursor:
        cursor.execute("SELECT detail FROM ledger_ledgerentry WHERE ledger_account = 'bank'")
        assert cursor.fetchone() == ("NL91ABNA0417164300",)


def test_a_debit_is_dated_by_the_day_the_money_came_not_the_day_we_asked(seller: Seller) -> None:
    attempt = create_attempt(build_payer(seller, IBAN))
    send([attempt])  # Sunday, 1 March: three bank days later is Wednesday
    clock.set_clock(datetime(2026, 3, 9, 9, 0, tzinfo=UTC))
    look_up([attempt])
    assert (attempt.status, Payment.objects.get().received_on) == ("succeeded", date(2026, 3, 4))


def test_the_day_is_that_of_the_seller(seller: Seller) -> None:
    clock.set_clock(datetime(2026, 3, 31, 22, 30, tzinfo=UTC))  # half past midnight in Amsterdam
    send([create_attempt(build_payer(seller, GOOD))])
    assert Payment.objects.get().received_on == date(2026, 4, 1)


def test_money_in_another_currency_than_the_accounts_is_never_booked(seller: Seller) -> None:
    account = build_account(seller)
    with pytest.raises(InvariantBroken, match="USD arrived"), transaction.atomic():
        record_payments([NewPayment(account.pk, 1_00, "USD", None, "", "")], on=MARCH, at=AT)


NOW_FAILED = "UPDATE payments_paymentattempt SET status = 'failed', failure_code = 'unknown'"
NOT_THE_ATTEMPTS = "UPDATE payments_payment SET attempt_id = NULL, kind = 'transfer'"
ELSEWHERE = "UPDATE ledger_ledgertransaction SET subject = 'payment:0'"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE payments_payment SET amount_minor = 1", "but the money booked for it is 1 EUR"),
        (NOT_THE_ATTEMPTS, "but the money booked for it is none"),
        (NOW_FAILED, "is failed, but its last event says succeeded"),
        (NOW_FAILED, "is failed over 12100 EUR, but the money booked for it is 12100 EUR"),
        ("UPDATE payments_attemptpurpose SET is_live = true", "its purpose top-up:1 is said to be live: True"),
        (ELSEWHERE, "but the ledger has 0 for it in 0 transactions"),
    ],
)
def test_the_check_finds_a_planted_breach(method: PaymentMethod, statement: str, told: str) -> None:
    send([create_attempt(method)])
    assert list_problems() == set()
    plant(statement)
    assert [problem for problem in list_problems() if told in problem]


def test_the_check_finds_an_attempt_that_nobody_will_look_at(method: PaymentMethod) -> None:
    attempt = create_attempt(method)
    PaymentAttempt.objects.update(look_again_at=None)
    assert list_problems() == {f"7 attempt {attempt.pk}: is created and nobody will look at it again"}
