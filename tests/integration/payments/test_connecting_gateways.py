"""A seller is connected to its accounts at gateways by staff; keys are in the settings, and shown nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import override_settings

from config.gateways import GatewayKeys
from config.wiring import wire
from tallystick.errors import Forbidden, InvalidInput
from tallystick.payments.core.ports import set_public_url
from tallystick.payments.errors import GatewayConnected, GatewayKeyMissing
from tallystick.payments.models import GatewayAccount, GatewayAccountEvent, Payment
from tallystick.payments.operations.connect_gateway import connect_gateway, switch_gateway
from tallystick.payments.queries import list_attempts_to_look_up, list_attempts_to_send
from tallystick.payments.queries.gateways import get_connected_gateway, list_connected_gateways
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import build_payer, create_attempt, look_up, refresh, send

pytestmark = pytest.mark.django_db

GOOD, SILENT = "4242424242424242", "4000009900000004"
KEYS = {"TALLYSTICK_GATEWAY_KEYS": "acme/mollie=live_abc acme/stripe=sk_test_abc"}
SECRETS = {"TALLYSTICK_GATEWAY_WEBHOOK_SECRETS": "acme/stripe/test=whsec_abc"}


@pytest.fixture
def seller() -> Iterator[Seller]:
    """Acme, with a live key of Mollie and a test key of Stripe; gateways reach us at billing.acme.example."""
    clock.set_clock(AT)
    set_public_url("https://billing.acme.example")
    with override_settings(GATEWAYS=GatewayKeys(KEYS)):
        yield build_seller()
    wire()


def connect(seller: Seller, kind: str, mode: str) -> GatewayAccount:
    return connect_gateway(seller, kind=kind, mode=mode, at=clock.now(), actor=ACTOR)


def test_a_gateway_whose_notices_tell_their_own_address_needs_nothing_entered(seller: Seller) -> None:
    made = connect(seller, "mollie", "live")
    shown = get_connected_gateway(seller.pk, gateway_account_id=made.pk)
    assert (shown.is_active, shown.has_key, shown.hook_address, shown.lacks) == (True, True, "", "")


def test_stripe_is_told_our_address_and_events_and_lacks_its_signing_secret_until_the_settings_have_it(
    seller: Seller,
) -> None:
    made = connect(seller, "stripe", "test")
    shown = get_connected_gateway(seller.pk, gateway_account_id=made.pk)
    assert shown.hook_address == "https://billing.acme.example/hooks/stripe/acme/test/"
    assert {"payment_intent.succeeded", "charge.dispute.created", "mandate.updated"} <= set(shown.hook_events)
    assert "TALLYSTICK_GATEWAY_WEBHOOK_SECRETS" in shown.lacks
    wire()
    set_public_url("https://billing.acme.example")
    with override_settings(GATEWAYS=GatewayKeys({**KEYS, **SECRETS})):
        assert get_connected_gateway(seller.pk, gateway_account_id=made.pk).lacks == ""


def test_without_an_address_that_others_reach_it_says_what_is_missing(seller: Seller) -> None:
    made = connect(seller, "mollie", "live")
    for address in ("", "http://localhost:8000"):
        set_public_url(address)
        assert "TALLYSTICK_URL" in get_connected_gateway(seller.pk, gateway_account_id=made.pk).lacks


def test_a_key_that_was_taken_away_is_said_and_no_key_is_ever_shown(seller: Seller) -> None:
    connect(seller, "mollie", "live")
    wire()
    with override_settings(GATEWAYS=GatewayKeys({})):
        (shown,) = list_connected_gateways(seller.pk)
    assert (shown.has_key, "no live key of the gateway mollie for acme" in shown.lacks) == (False, True)
    assert "live_abc" not in repr(shown)


def test_what_could_charge_nothing_is_refused_and_leaves_nothing(seller: Seller) -> None:
    with pytest.raises(GatewayKeyMissing):
        connect(seller, "mollie", "test")
    with pytest.raises(InvalidInput):
        connect(seller, "sandbox", "live")
    with pytest.raises(InvalidInput):
        connect(seller, "paypal", "live")
    clerk = Actor("staff", "7", "Clerk", frozenset({"payment_methods.write"}))
    with pytest.raises(Forbidden):
        connect_gateway(seller, kind="mollie", mode="live", at=AT, actor=clerk)
    assert not GatewayAccount.objects.exists()
    connect(seller, "mollie", "live")
    with pytest.raises(GatewayConnected):
        connect(seller, "mollie", "live")


def test_one_that_is_switched_off_gets_no_order_but_is_asked_about_those_it_has(seller: Seller) -> None:
    under_way = create_attempt(build_payer(seller, SILENT))
    waiting = create_attempt(build_payer(seller, GOOD, external_id="A-2"), purpose="top-up:2")
    send([under_way])
    (account,) = GatewayAccount.objects.all()
    switch_gateway(account.pk, is_active=False, reason="they do not answer", at=clock.now(), actor=ACTOR)
    send([waiting])
    later = AT + timedelta(days=2)
    assert (list_attempts_to_send(later), list_attempts_to_look_up(later)) == ([], [under_way.pk])
    clock.set_clock(later)
    look_up([under_way])
    refresh([waiting])
    assert (under_way.status, waiting.status, waiting.sends) == ("succeeded", "created", 0)
    assert Payment.objects.get().attempt_id == under_way.pk


def test_switching_takes_a_reason_and_stays_in_a_history_that_nobody_can_change(seller: Seller) -> None:
    made = connect(seller, "mollie", "live")
    with pytest.raises(InvalidInput):
        switch_gateway(made.pk, is_active=False, reason=" ", at=AT, actor=ACTOR)
    for is_active in (False, False, True):  # off a second time changes nothing
        switch_gateway(made.pk, is_active=is_active, reason="trial", at=AT, actor=ACTOR)
    assert list(GatewayAccountEvent.objects.values_list("event", flat=True)) == ["connect", "switch_off", "switch_on"]
    with pytest.raises(DatabaseError), transaction.atomic():
        GatewayAccountEvent.objects.update(reason="another")
