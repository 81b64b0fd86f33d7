"""Attempts of the room sent to gateways: written down, sent with the seller's key, looked up, booked once."""

from datetime import timedelta

import pytest
from django.test import override_settings

from config.gateways import GatewayKeys
from config.wiring import wire
from tallystick.payments.core.ports import Holder, get_gateway, register_account_gateway
from tallystick.payments.errors import GatewayKeyMissing, GatewayMissing
from tallystick.payments.gateways.mollie.gateway import MollieGateway
from tallystick.payments.models import GatewayAccount, GatewayCall, Payment, PaymentAttempt, PaymentMethod
from tallystick.plumbing import clock
from tests.support.builders import build_account, build_seller
from tests.support.fakes.benches import Bench, Lost
from tests.support.payers import create_attempt, look_up, send

HOUR = timedelta(hours=1)


def create_charge(bench: Bench, *, lost: Lost = "") -> PaymentAttempt:
    """An attempt over 121.00 on a method that the seller keeps at the gateway, which is plugged in for them."""
    account = build_account(build_seller(), billing_mode="self_serve")
    kind = bench.gateway.name
    at_gateway = GatewayAccount.objects.create(seller=account.seller, kind=kind, mode="test")
    if kind != "sandbox":
        register_account_gateway(kind, factory=lambda holder: bench.gateway)
    method = PaymentMethod.objects.create(
        account=account,
        gateway_account=at_gateway,
        customer_ref=bench.customer_ref,
        gateway_ref=bench.give_mandate(lost=lost),
        kind="card",
        label="Visa •••• 4242",
        fingerprint="fp1",
        created_at=clock.now(),
    )
    return create_attempt(method)


def test_a_charge_is_sent_and_booked(bench: Bench) -> None:
    attempt = create_charge(bench)
    send([attempt])
    assert (attempt.status, bench.count_payments()) == ("succeeded", 1)
    payment = Payment.objects.get()
    assert (payment.amount_minor, payment.gateway, payment.reference) == (
        121_00,
        bench.gateway.name,
        attempt.gateway_ref,
    )


@pytest.mark.rule("ZUO-40")
def test_a_lost_answer_is_found_by_a_replay_and_booked_once(bench: Bench) -> None:
    attempt = create_charge(bench, lost="answer")
    send([attempt])
    assert (attempt.status, Payment.objects.count()) == ("unknown", 0)
    bench.wait(HOUR / 2)
    assert look_up([attempt]) == ["replay"]
    assert (attempt.status, bench.count_payments(), Payment.objects.count()) == ("succeeded", 1, 1)


@pytest.mark.rule("ZUO-40")
def test_a_lost_answer_is_found_by_our_id_when_the_key_has_died(bench: Bench) -> None:
    attempt = create_charge(bench, lost="answer")
    send([attempt])
    bench.wait(timedelta(seconds=bench.gateway.key_life_seconds))
    assert look_up([attempt]) == ["find"]
    assert (attempt.status, bench.count_payments(), Payment.objects.count()) == ("succeeded", 1, 1)


@pytest.mark.django_db
def test_without_a_key_nothing_is_sent_and_the_attempt_waits() -> None:
    wire()
    account = build_account(build_seller(), billing_mode="self_serve")
    at_gateway = GatewayAccount.objects.create(seller=account.seller, kind="mollie", mode="live")
    method = PaymentMethod.objects.create(
        account=account,
        gateway_account=at_gateway,
        customer_ref="cst_1",
        gateway_ref="mdt_1",
        kind="card",
        label="Visa •••• 4242",
        fingerprint="fp1",
        created_at=clock.now(),
    )
    attempt = create_attempt(method)
    with override_settings(GATEWAYS=GatewayKeys({})):
        send([attempt])
    call = GatewayCall.objects.get()
    assert (attempt.status, call.outcome) == ("created", "not_sent")
    assert account.seller.code in call.detail and "TALLYSTICK_GATEWAY_KEYS" in call.detail


def test_each_seller_has_a_gateway_of_their_own_which_is_opened_once() -> None:
    wire()
    keys = GatewayKeys({"TALLYSTICK_GATEWAY_KEYS": "acme/mollie=test_1 other/mollie=test_2 acme/stripe=sk_test_1"})
    with override_settings(GATEWAYS=keys):
        acme, other = (get_gateway("mollie", holder=Holder(seller, "test")) for seller in ("acme", "other"))
        assert acme is not other and isinstance(acme, MollieGateway)
        assert get_gateway("mollie", holder=Holder("acme", "test")) is acme
        assert get_gateway("stripe", holder=Holder("acme", "test")).name == "stripe"
        with pytest.raises(GatewayKeyMissing, match="live key of the gateway mollie for acme"):
            get_gateway("mollie", holder=Holder("acme", "live"))
        with pytest.raises(GatewayMissing, match="mollie, sandbox, stripe"):
            get_gateway("paypal", holder=Holder("acme", "live"))
    wire()  # what was opened with the keys of this test is forgotten
