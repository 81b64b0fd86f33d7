"""What gateways post to us, through the door and the inbox: genuine, forged, replayed, aged, and at wrong addresses."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import dictConfig

import pytest
from django.test import Client

from config.logs import compose_logging
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.answers import Answer, Collect, Delivery, Snapshot
from tallystick.payments.core.ports import register_gateway
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import (
    GatewayAccount,
    GatewayCustomer,
    IncomingNotice,
    Payment,
    PaymentAttempt,
    PaymentMethodEvent,
)
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.plumbing import clock
from tests.integration.payments.gateways.test_through_the_room import create_charge
from tests.support.builders import ACTOR, build_seller
from tests.support.fakes.benches import Bench
from tests.support.fakes.stripe_bench import SECRET, StripeBench, sign
from tests.support.payers import refresh


@pytest.fixture
def attempt(bench: Bench) -> PaymentAttempt:
    """Charged at the gateway; the process died before it had an answer."""
    attempt = create_charge(bench)
    send_attempts([attempt.pk], at=clock.now(), actor=ACTOR)
    refresh([attempt])
    assert attempt.status == "submitting"
    return attempt


def get_ref(bench: Bench, attempt: PaymentAttempt) -> str:
    """The payment's name at the gateway."""
    found = bench.gateway.find(str(attempt.our_id), customer_ref=bench.customer_ref, since=attempt.created_at)
    snapshot = getattr(found, "value", None)
    assert snapshot is not None
    return str(snapshot.ref)


def post(bench: Bench, delivery: Delivery, *, seller: str = "acme", mode: str = "test") -> int:
    """Post it to the address of the seller's account, as the gateway would over HTTP."""
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in delivery.headers.items()}
    address = f"/hooks/{bench.gateway.name}/{seller}/{mode}/{delivery.path_token}"
    kind = "application/json" if delivery.body.startswith(b"{") else "application/x-www-form-urlencoded"
    return Client().generic("POST", address, delivery.body, content_type=kind, **headers).status_code  # type: ignore[arg-type]


def work() -> None:
    work_inbox(at=clock.now(), actor=ACTOR)


@pytest.mark.rule("ZUO-40")
def test_a_genuine_notice_finds_the_charge_whose_answer_was_lost(bench: Bench, attempt: PaymentAttempt) -> None:
    delivery = bench.deliver(get_ref(bench, attempt), our_id=str(attempt.our_id))
    assert post(bench, delivery) == 200
    work()
    refresh([attempt])
    assert (attempt.status, Payment.objects.count()) == ("succeeded", 1)


def test_a_forged_notice_is_refused_and_leaves_nothing(bench: Bench, attempt: PaymentAttempt) -> None:
    forged = bench.forge(get_ref(bench, attempt), our_id=str(attempt.our_id))
    assert post(bench, forged) == 400
    work()
    refresh([attempt])
    assert (attempt.status, IncomingNotice.objects.count(), Payment.objects.count()) == ("submitting", 0, 0)


def test_a_notice_that_is_replayed_books_once(bench: Bench, attempt: PaymentAttempt) -> None:
    delivery = bench.deliver(get_ref(bench, attempt), our_id=str(attempt.our_id))
    for _ in range(3):
        assert [post(bench, delivery), post(bench, delivery)] == [200, 200]
        work()
    assert Payment.objects.count() == 1
    # an event that is numbered is known for good; one without a number is one more look
    assert IncomingNotice.objects.count() == (1 if bench.gateway.name == "stripe" else 3)


def test_a_notice_for_an_account_that_there_is_not_is_nobodys(bench: Bench, attempt: PaymentAttempt) -> None:
    delivery = bench.deliver(get_ref(bench, attempt), our_id=str(attempt.our_id))
    assert post(bench, delivery, mode="live") == 404
    assert post(bench, delivery, seller="nobody") == 404
    assert not IncomingNotice.objects.exists()


def test_a_notice_at_another_sellers_address_books_nothing_there(bench: Bench, attempt: PaymentAttempt) -> None:
    other = build_seller(code="other")
    GatewayAccount.objects.create(seller=other, kind=bench.gateway.name, mode="test")
    delivery = bench.deliver(get_ref(bench, attempt), our_id=str(attempt.our_id))
    assert post(bench, delivery, seller="other") == 200
    work()
    refresh([attempt])
    assert (attempt.status, Payment.objects.count()) == ("submitting", 0)
    assert IncomingNotice.objects.get().reason.endswith("is of no attempt that we know")


@pytest.mark.parametrize("bench", ["stripe"], indirect=True)
def test_a_signature_of_ten_minutes_ago_is_a_replay(bench: StripeBench, attempt: PaymentAttempt) -> None:
    intent = bench.fake.intents[get_ref(bench, attempt)]
    genuine = sign(intent, secret=SECRET)
    sent_at = float(genuine.headers["Stripe-Signature"].split(",")[0].removeprefix("t="))
    assert post(bench, sign(intent, secret=SECRET, at=sent_at - 600)) == 400
    assert post(bench, genuine._replace(body=genuine.body.replace(b"succeeded", b"refunded!"))) == 400
    assert post(bench, genuine._replace(headers={})) == 400
    assert not IncomingNotice.objects.exists()


@pytest.mark.parametrize("bench", ["stripe"], indirect=True)
def test_a_notice_that_a_method_changed_has_the_customers_methods_looked_at_at_once(bench: StripeBench) -> None:
    """A mandate that its customer ended, told by the method's detachment, and one told by the mandate itself."""
    attempt = create_charge(bench)
    saved = attempt.method
    assert saved is not None
    GatewayCustomer.objects.create(
        gateway_account=saved.gateway_account, account=saved.account, gateway_ref=saved.customer_ref
    )
    bench.fake.methods[saved.gateway_ref]["customer"] = None
    mandate = {"id": "mandate_1", "object": "mandate", "payment_method": saved.gateway_ref, "status": "inactive"}
    assert post(bench, sign(mandate, secret="whsec_of_somebody_else")) == 400
    assert post(bench, sign(mandate, secret=SECRET)) == 200
    work()
    saved.refresh_from_db()
    assert (saved.state, IncomingNotice.objects.get().status) == ("invalid", "done")
    event = PaymentMethodEvent.objects.get(method=saved)
    assert (event.event, event.reason) == ("refresh", "the gateway has it no more")


@pytest.mark.parametrize("bench", ["stripe"], indirect=True)
def test_a_notice_about_the_method_of_nobody_here_is_done_with(bench: StripeBench) -> None:
    create_charge(bench)
    method = {"id": "pm_x", "object": "payment_method", "customer": "cus_of_the_web_shop"}
    assert post(bench, sign(method, secret=SECRET)) == 200
    work()
    assert IncomingNotice.objects.get().status == "done"


@contextmanager
def everything_logged() -> Iterator[io.StringIO]:
    """Every line of the house and of the gateways' clients, down to DEBUG, as the product writes it."""
    settings = compose_logging({"TALLYSTICK_LOG_LEVEL": "DEBUG"})
    stream = io.StringIO()
    settings["handlers"]["stderr"]["stream"] = stream
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    try:
        dictConfig(settings)
        yield stream
    finally:
        root.handlers, root.level = before, level


def test_no_key_no_card_and_no_token_is_in_any_log(bench: Bench) -> None:
    with everything_logged() as stream:
        attempt = create_charge(bench)
        send_attempts([attempt.pk], at=clock.now(), actor=ACTOR)
        ref = get_ref(bench, attempt)
        delivery = bench.deliver(ref, our_id=str(attempt.our_id))
        assert post(bench, delivery) == 200
        assert post(bench, delivery._replace(body=b"")) == 400  # the address is right, and Django logs it
        assert post(bench, bench.forge(ref, our_id=str(attempt.our_id))) == 400
        work()
        logging.getLogger("tallystick.careless").warning("posted to %s with %s", delivery.path_token, SECRET)
    lines = stream.getvalue()
    assert "Bad Request" in lines and "notice_refused" in lines and "posted to" in lines
    secrets = [SECRET, "4242424242424242", getattr(getattr(bench, "fake", None), "api_key", SECRET)]
    secrets += [delivery.path_token] if delivery.path_token else []
    secrets += [value for name, value in delivery.headers.items() if "signature" in name.lower()]
    assert [secret for secret in secrets if secret in lines] == []


class Talkative(SandboxGateway):
    """A gateway whose client raises with everything that it knows."""

    def collect(self, order: Collect) -> Answer[Snapshot]:
        raise RuntimeError("POST with key live_dHar4XY7LxsDOtmnkVtjNVWXLSlXsM for 4242 4242 4242 4242")


@pytest.mark.parametrize("bench", ["sandbox"], indirect=True)
def test_what_a_client_raises_is_logged_without_what_it_tells(bench: Bench) -> None:
    attempt = create_charge(bench)
    register_gateway("sandbox", factory=Talkative)
    with everything_logged() as stream:
        send_attempts([attempt.pk], at=clock.now(), actor=ACTOR)
    lines = stream.getvalue()
    assert "gateway_raised" in lines and "RuntimeError: POST with key" in lines
    assert "dHar4XY" not in lines and "4242 4242" not in lines
