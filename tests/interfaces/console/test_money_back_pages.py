"""Refunds and disputes of all payments: what became of each, and what of it needs someone today."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tallystick.journeys.give_back import look_at_refunds, refund_payment
from tallystick.journeys.record_money import record_answers
from tallystick.journeys.record_transfer import record_account_transfer
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import Payment
from tallystick.payments.operations.call_gateways import Answered
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.staff import build_staff_user
from tests.support.stories import bill_and_post, collect, save_method

pytestmark = pytest.mark.django_db
CARDS = {"ann": "4000000000005126", "ben": "4000000000000259"}  # one refund fails later, the other payment is disputed


@pytest.fixture
def viewer() -> Client:
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for name, card in CARDS.items():
        account = build_account(seller, external_id=name, billing_mode="self_serve")
        build_subscription(account, plan, seat, external_id=f"S-{name}")
        save_method(account, card)
        bill_and_post(seller)
        collect(seller)
    eve = build_account(seller, external_id="eve")
    record_account_transfer(eve.pk, amount_minor=30_00, reference="statement 4", at=AT, actor=ACTOR)
    for name, iban in (("ann", ""), ("eve", "NL91 ABNA 0417 1643 00")):
        payment = Payment.objects.get(account__external_id=name)
        refund_payment(payment.pk, amount_minor=10_00, reason="agreed", iban=iban, at=AT, actor=ACTOR)
    clock.set_clock(AT + timedelta(days=11))
    look_at_refunds(at=clock.now(), actor=ACTOR)
    disputed = Payment.objects.get(account__external_id="ben")
    answer = SandboxGateway().payment(disputed.reference)
    record_answers([Answered(disputed.attempt_id or 0, "payment", answer)], at=clock.now(), actor=ACTOR)
    client = Client()
    client.force_login(build_staff_user("finance"))
    return client


def read(client: Client, address: str) -> str:
    answer = client.get(f"/console/{address}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_refunds_of_all_payments_are_listed_by_what_became_of_them(viewer: Client) -> None:
    page = read(viewer, "refunds/")
    assert "Customer ann" in page and "Customer eve" in page and "10.00" in page
    waiting = read(viewer, "refunds/?state=to_transfer")
    assert "Customer eve" in waiting and "Customer ann" not in waiting and "To be transferred" in waiting
    failed = read(viewer, "refunds/?state=failed")
    assert "Customer ann" in failed and "Customer eve" not in failed
    assert "Customer eve" in read(viewer, "refunds/?q=eve")


def test_disputes_are_listed_with_the_banks_reason(viewer: Client) -> None:
    page = read(viewer, "disputes/")
    assert "Customer ben" in page and "The customer had the debit reversed." in page and "fraudulent" in page
    assert "Customer ben" not in read(viewer, "disputes/?state=won")


def test_today_says_what_needs_someone(viewer: Client) -> None:
    page = read(viewer, "")
    for told in ("Transfer 1 refund back", "1 refund failed", "1 payment taken back by payers"):
        assert told in page
