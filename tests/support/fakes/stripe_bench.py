"""Stripe's client of ours in front of the fake, with somebody at Stripe's page and in the banks."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import stripe

from tallystick.payments.core.answers import Delivery, Gateway
from tallystick.payments.core.failures import Advice
from tallystick.payments.gateways.stripe.connection import MAX_RETRIES
from tallystick.payments.gateways.stripe.gateway import StripeGateway
from tallystick.plumbing import clock
from tests.support.fakes.benches import TIMEOUT_MS, Lost, make_customer
from tests.support.fakes.stripe import FakeStripe
from tests.support.fakes.wire import Fault, Trouble, serve

SECRET = "whsec_of_the_test"
#: Of one call: the first and the repeated ones.
SENDS = 1 + MAX_RETRIES


@dataclass
class StripeBench:
    """`Bench` for Stripe."""

    fake: FakeStripe
    gateway: Gateway
    customer_ref: str
    declines: Mapping[Advice, tuple[str, str]] = field(
        default_factory=lambda: {
            Advice.RETRY_LATER: ("insufficient_funds", "insufficient_funds"),
            Advice.CUSTOMER_ACTION: ("authentication_required", "authentication_required"),
            Advice.NEW_METHOD: ("expired_card", "expired_card"),
            Advice.STOP: ("fraudulent", "suspected_fraud"),
        }
    )

    def give_mandate(self, *, declines: str = "", lost: Lost = "") -> str:
        ref = self.fake.give_method(self.customer_ref)
        self.fake.outcomes[ref] = declines
        if lost:
            trouble = Trouble.CUT_AFTER if lost == "answer" else Trouble.CUT_BEFORE
            self.fake.faults += [Fault(trouble, path="/v1/payment_intents")] * SENDS
        return ref

    def give_debit(self) -> str:
        return self.fake.give_method(self.customer_ref, kind="sepa_debit")

    def count_payments(self) -> int:
        return len(self.fake.intents)

    def wait(self, duration: timedelta) -> None:
        self.fake.now += duration
        clock.advance(duration)

    def pay(self, ref: str) -> None:
        self.fake.pay(ref)

    def decline_on_page(self, ref: str) -> None:
        self.fake.decline_on_page(ref, "insufficient_funds")

    def expire(self, ref: str) -> None:
        self.fake.expire(ref)

    def charge_back(self, ref: str) -> str:
        return self.fake.dispute(ref)

    def reverse(self, dispute: str) -> None:
        self.fake.win(dispute)

    def finish_refund(self, ref: str, *, is_failed: bool = False) -> None:
        self.fake.refunds[ref]["status"] = "failed" if is_failed else "succeeded"

    def deliver(self, ref: str, *, our_id: str) -> Delivery:
        return sign(self.fake.intents.get(ref) or self.fake.sessions[ref], secret=SECRET)

    def forge(self, ref: str, *, our_id: str) -> Delivery:
        return sign(self.fake.intents[ref], secret="whsec_of_somebody_else")


def sign(subject: Mapping[str, Any], *, secret: str, at: float | None = None) -> Delivery:
    """An event about an object, signed as Stripe does."""
    told = "completed" if subject["object"] == "checkout.session" else "updated"
    event = {
        "id": "evt_00000001", "object": "event", "type": f"{subject['object']}.{told}",
        "data": {"object": dict(subject)},
    }  # fmt: skip
    body, sent_at = json.dumps(event).encode(), int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{sent_at}.".encode() + body, hashlib.sha256).hexdigest()
    return Delivery({"Stripe-Signature": f"t={sent_at},v1={digest}"}, body)


@contextmanager
def open_stripe() -> Iterator[StripeBench]:
    """The bench, for as long as the block lasts. Repeated sends do not wait for each other."""
    fake = FakeStripe()
    with serve(fake) as wire, patch.object(stripe.HTTPClient, "INITIAL_DELAY", 0.001):
        gateway = StripeGateway(
            fake.api_key, webhook_secrets=("whsec_of_next_month", SECRET), url=wire.url, timeout=TIMEOUT_MS / 1000
        )
        yield StripeBench(fake, gateway, make_customer(gateway))
