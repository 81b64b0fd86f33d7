"""What the database refuses, whoever asks: two live attempts for one purpose, and any change of what was written."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.errors import Forbidden, InvariantBroken
from tallystick.payments.models import AttemptPurpose, GatewayAccount, Payment, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.create_attempts import create_attempts
from tallystick.payments.operations.look_up_attempts import look_up_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tests.support.builders import ACTOR, AT, build_account, build_seller
from tests.support.payers import build_payer, compose_attempt, create_attempt, refresh, send

pytestmark = pytest.mark.django_db

GOOD = "4242424242424242"


@pytest.fixture
def method() -> PaymentMethod:
    clock.set_clock(AT)
    return build_payer(build_seller(), GOOD)


@pytest.fixture
def paid(method: PaymentMethod) -> PaymentAttempt:
    attempt = create_attempt(method)
    send([attempt])
    return attempt


@pytest.mark.rule("ZUO-40")
def test_a_purpose_has_one_live_attempt(method: PaymentMethod) -> None:
    attempt = create_attempt(method)
    twin = PaymentAttempt.objects.create(
        account=method.account, method=method, gateway_account=method.gateway_account, our_id=uuid4(), key="another",
        amount_minor=1, currency="EUR", description="", created_at=AT,
    )  # fmt: skip
    with pytest.raises(IntegrityError, match="one_live_attempt_a_purpose"), transaction.atomic():
        AttemptPurpose.objects.create(attempt=twin, purpose="top-up:1", amount_minor=1)
    AttemptPurpose.objects.create(attempt=twin, purpose="top-up:2", amount_minor=1)
    send([attempt])
    create_attempt(method)  # the first is final


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 1},
        {"currency": "USD"},
        {"key": "another"},
        {"our_id": uuid4()},
        {"description": "another"},
        {"status": "failed", "failure_code": "unknown"},
        {"gateway_ref": "tr_another"},
    ],
)
def test_what_an_attempt_asked_for_and_its_success_are_final(paid: PaymentAttempt, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="is fixed, and a success is final"), transaction.atomic():
        PaymentAttempt.objects.filter(pk=paid.pk).update(**change)


@pytest.mark.parametrize("change", [{"amount_minor": 1}, {"purpose": "document:1"}, {"is_live": True}])
def test_what_an_attempt_is_for_is_fixed(paid: PaymentAttempt, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="is fixed"), transaction.atomic():
        AttemptPurpose.objects.filter(attempt=paid).update(**change)


@pytest.mark.parametrize(
    "change", [{"gateway_ref": "mdt_other"}, {"customer_ref": "cst_other"}, {"kind": "sepa_debit"}]
)
def test_whom_a_method_debits_is_fixed(method: PaymentMethod, change: dict[str, object]) -> None:
    with pytest.raises(IntegrityError, match="another mandate is another method"), transaction.atomic():
        PaymentMethod.objects.filter(pk=method.pk).update(**change)


@pytest.mark.parametrize("table", ["payment", "attemptevent", "gatewaycall"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id + 1"])
def test_facts_are_never_changed_or_removed(paid: PaymentAttempt, table: str, statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(f"payments_{table}"))


def test_attempts_and_their_purposes_are_never_removed(paid: PaymentAttempt) -> None:
    for table in ("attemptpurpose", "paymentattempt"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM payments_{table}")


def test_the_purposes_of_an_attempt_sum_to_its_amount(method: PaymentMethod) -> None:
    attempt = create_attempt(method)

    def add_a_purpose() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            AttemptPurpose.objects.create(attempt=attempt, purpose="top-up:2", amount_minor=1)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the commit would

    with pytest.raises(IntegrityError, match="purposes sum to 12101"):
        add_a_purpose()


@pytest.mark.parametrize("amount_minor", [0, -1])
def test_an_attempt_moves_money(method: PaymentMethod, amount_minor: int) -> None:
    with pytest.raises(IntegrityError, match="attempt_amount_is_positive"), transaction.atomic():
        create_attempt(method, amount_minor=amount_minor)


def test_an_attempts_money_is_recorded_once(paid: PaymentAttempt) -> None:
    first = Payment.objects.get(attempt=paid)
    first.pk = None
    with pytest.raises(IntegrityError, match="attempt_id"), transaction.atomic():
        first.save(force_insert=True)


def test_a_method_is_charged_for_its_own_account_and_in_that_accounts_currency(method: PaymentMethod) -> None:
    other = build_account(method.account.seller, external_id="A-2")
    for wrong in (
        compose_attempt(method)._replace(account_id=other.pk),
        compose_attempt(method)._replace(currency="USD"),
        compose_attempt(method)._replace(gateway_account_id=method.gateway_account_id + 1),
    ):
        with pytest.raises(InvariantBroken, match="another account, gateway or currency"):
            create_attempts([wrong], at=AT, actor=ACTOR)
    assert not PaymentAttempt.objects.exists()


def test_only_who_may_collect_creates_sends_and_looks_up(method: PaymentMethod) -> None:
    clerk = Actor("staff", "7", "Clerk", frozenset({"bill_runs.create"}))
    with pytest.raises(Forbidden):
        create_attempts([compose_attempt(method)], at=AT, actor=clerk)
    attempt = create_attempt(method)
    with pytest.raises(Forbidden):
        send_attempts([attempt.pk], at=AT, actor=clerk)
    with pytest.raises(Forbidden):
        look_up_attempts([attempt.pk], at=AT, actor=clerk)
    refresh([attempt])
    assert attempt.status == "created"


def test_a_test_payment_is_never_booked_for_a_live_gateway_account(method: PaymentMethod) -> None:
    GatewayAccount.objects.update(mode="live")
    attempt = create_attempt(method)
    send([attempt])
    assert (attempt.status, "a test one" in attempt.quarantine_reason) == ("unknown", True)
    assert not Payment.objects.exists()
