"""What is promised of refunds and disputes: planted breaches are found and named, and the database refuses the rest."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tallystick.journeys.give_back import refund_payment
from tallystick.journeys.record_money import record_answers
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import Dispute, Payment, Refund
from tallystick.payments.operations.call_gateways import Answered
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.planting import found, plant
from tests.support.stories import bill_and_post, collect, save_method

pytestmark = pytest.mark.django_db
ANOTHER = """
    INSERT INTO payments_refund (payment_id, our_id, key, amount_minor, currency, status, reason, is_external, iban,
                                 gateway_ref, failure_code, failure_detail, looks, misses, created_at, actor_kind,
                                 actor_id, actor_label)
    SELECT payment_id, gen_random_uuid(), 'another', 10001, currency, 'created', '', false, '', '', '', '', 0, 0,
           created_at, '', '', '' FROM payments_refund WHERE amount_minor = 2100
"""
CARDS = {"ann": "4242424242424242", "ben": "4000000000000259", "eve": "4000000000007726"}


@pytest.fixture(autouse=True)
def books() -> None:
    """Three invoices of 121.00: 21.00 of Ann's is refunded, Ben's is disputed, Eve's 50.00 are still on their way."""
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for name, card in CARDS.items():
        account = build_account(seller, external_id=name, billing_mode="self_serve")
        build_subscription(account, plan, seat, external_id=f"S-{name}")
        save_method(account, card)
        bill_and_post(seller)
        collect(seller)
    for name, amount_minor in (("ann", 21_00), ("eve", 50_00)):
        payment = Payment.objects.get(account__external_id=name)
        refund_payment(payment.pk, amount_minor=amount_minor, reason="agreed", at=clock.now(), actor=ACTOR)
    disputed = Payment.objects.get(account__external_id="ben")
    clock.set_clock(clock.now() + timedelta(days=11))
    answer = SandboxGateway().payment(disputed.reference)
    record_answers([Answered(disputed.attempt_id or 0, "payment", answer)], at=clock.now(), actor=ACTOR)


def test_books_with_money_that_went_back_are_in_order() -> None:
    assert sorted(Refund.objects.values_list("amount_minor", "status")) == [(21_00, "succeeded"), (50_00, "pending")]
    assert Dispute.objects.get().amount_minor == 121_00
    assert found() == []


@pytest.mark.parametrize(
    ("invariant", "statement", "words"),
    [
        (6, "UPDATE payments_refund SET amount_minor = 2000 WHERE amount_minor = 2100", "has 2100 out of the"),
        (6, "UPDATE payments_refund SET amount_minor = 20000 WHERE amount_minor = 2100", "20000 of it was ordered"),
        (6, "UPDATE payments_refund SET status = 'succeeded', look_again_at = NULL WHERE status = 'pending'",
            "is succeeded over 5000, but the ledger has 5000 out of the customer's credit, 5000 on its way and 0 gone"),
        (6, "UPDATE payments_refund SET status = 'failed' WHERE status = 'succeeded'", "is failed over 2100"),
        (6, "UPDATE payments_dispute SET amount_minor = 1", "has 12100 out of the customer's credit, 0 on its way"),
        (6, "UPDATE payments_dispute SET status = 'won', reversed_at = recorded_at", "is won over 12100"),
        (6, "UPDATE ledger_ledgertransaction SET subject = 'dispute:0' WHERE subject LIKE 'dispute:%'", "and 0 gone"),
        (7, "UPDATE payments_refundevent SET to_status = 'failed' WHERE to_status = 'succeeded'",
            "is succeeded, but its last event says failed"),
        (7, "UPDATE payments_refund SET look_again_at = NULL", "is pending and nobody will look at it again"),
    ],
)  # fmt: skip
def test_a_planted_breach_is_found_and_named(invariant: int, statement: str, words: str) -> None:
    plant(statement)
    assert [breach for breach in found() if breach[0] == invariant and words in breach[1]], found()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE payments_refundevent SET reason = ''", "append-only"),
        ("DELETE FROM payments_refund", "append-only"),
        ("DELETE FROM payments_dispute", "append-only"),
        ("UPDATE payments_refund SET amount_minor = 1", "what refund .* gives back is fixed"),
        ("UPDATE payments_dispute SET amount_minor = 1", "what dispute .* took back is fixed"),
        (ANOTHER, "12101 of it would be ordered back"),
    ],
)  # fmt: skip
def test_the_database_refuses_what_must_never_be(statement: str, words: str) -> None:
    with pytest.raises(IntegrityError, match=words), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert found() == []
