"""The sandbox behind a wire that loses, kills and doubles, with webhooks that chance delivers, forges or drops."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from urllib.parse import urlencode

from django.db import transaction
from django.test import Client

from tallystick.journeys.record_money import record_answers
from tallystick.journeys.work_inbox import work_inbox
from tallystick.payments.core.answers import (
    Answer,
    Collect,
    Done,
    NotSent,
    RefundFact,
    RefundOrder,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.ports import register_gateway
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.models import SandboxPayment
from tallystick.payments.operations.ask_about_notices import ask_about_notices, list_answers
from tallystick.payments.operations.settle_notices import settle_notices
from tallystick.plumbing import clock
from tests.support.builders import ACTOR

BEFORE: dict[str, Unknown | NotSent | Refused] = {
    "request lost": Unknown("read timeout"),
    "rate limit": NotSent("429"),
    "turned away": Refused(Failure("mandate_invalid")),
}
#: What may befall a call: dying right before it or right after it, a lost answer, a notice that overtakes the answer.
CALL_FAULTS = ("", "", "", "answer lost", "die before", "die after", "early notice", *BEFORE)
HOWS = ("well", "well", "well", "twice", "die before", "die within", "die after")
LIST_LAGS = timedelta(hours=2)
HOOKS = "/hooks/sandbox/acme/test/"


class Killed(BaseException):
    """The process dies here. No code of ours catches it."""


class FaultyWire(SandboxGateway):
    """Does to each call what it is told, and nothing once it was told no more; notices go out by its post office."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        self.post = PostOffice()

    def collect(self, order: Collect) -> Answer[Snapshot]:
        fault = self.faults.pop() if self.faults else ""
        if fault in BEFORE:
            return BEFORE[fault]
        if fault == "die before":
            raise Killed
        answer = super().collect(order)
        if fault == "early notice":  # worked before the answer is out
            self.post.deliver(order.our_id)
            work_inbox(at=clock.now(), actor=ACTOR)
        if fault == "die after":
            raise Killed
        return Unknown("read timeout") if fault == "answer lost" else answer

    def refund(self, order: RefundOrder) -> Answer[RefundFact]:
        fault = self.faults.pop() if self.faults else ""
        if fault in BEFORE:
            return BEFORE[fault]
        if fault == "die before":
            raise Killed
        answer = super().refund(order)
        if fault == "early notice":
            self.post.deliver_about(order.payment_ref)
            work_inbox(at=clock.now(), actor=ACTOR)
        if fault == "die after":
            raise Killed
        return Unknown("read timeout") if fault == "answer lost" else answer

    def payment(self, ref: str) -> Answer[Snapshot | None]:
        if self.faults and self.faults.pop() in ("answer lost", "request lost"):
            return Unknown("read timeout")
        return super().payment(ref)

    def find(self, our_id: str, *, customer_ref: str, since: datetime) -> Answer[Snapshot | None]:
        if self.faults and self.faults.pop():
            return Unknown("the list could not be read")
        hidden = SandboxPayment.objects.filter(our_id=our_id, created_at__gt=clock.now() - LIST_LAGS)
        return Done(None) if hidden.exists() else super().find(our_id, customer_ref=customer_ref, since=since)


class PostOffice:
    """Posts notices to our door over HTTP; in which order and how often is for the caller to choose."""

    def __init__(self) -> None:
        self.client = Client()
        self.sent = 0

    def deliver(self, our_id: str, *, times: int = 1) -> None:
        """A notice about each payment that the gateway made for that attempt; nothing where it made none."""
        for payment in SandboxPayment.objects.filter(our_id=our_id):
            for _ in range(times):
                assert self._post(SandboxGateway().notice_token(our_id), payment.ref) == 200
                self.sent += 1

    def deliver_about(self, ref: str) -> None:
        """A notice about a payment by its name at the gateway."""
        self.deliver(SandboxPayment.objects.get(ref=ref).our_id)

    def deliver_before_it_is_known(self, our_id: str) -> None:
        """The right address, with a payment that the gateway does not know (yet)."""
        assert self._post(SandboxGateway().notice_token(our_id), f"tr_{our_id.replace('-', '')}") == 200

    def forge(self, our_id: str, other: str) -> None:
        """An address made up, no address, and the address of one payment for another."""
        ref = SandboxPayment.objects.filter(our_id=other).values_list("ref", flat=True).first() or "tr_1"
        assert self._post(f"{our_id}~{'0' * 43}", ref) == 400
        assert self._post("", ref) == 400
        if our_id != other:
            assert self._post(SandboxGateway().notice_token(our_id), ref) == 200

    def _post(self, token: str, ref: str) -> int:
        body = urlencode({"id": ref, "status": "paid", "amount": "999999.00"})
        answer = self.client.post(HOOKS + token, body, content_type="application/x-www-form-urlencoded")
        return answer.status_code


def deliver_something(post: PostOffice, our_ids: list[str], chance: Random) -> None:
    """Any of the notices so far, also of long ago: what is doubled, late or out of order comes of itself."""
    if not our_ids:
        return
    our_id = chance.choice(our_ids)
    what = chance.choice(["deliver", "deliver", "twice", "unknown", "forged"])
    if what == "forged":
        post.forge(our_id, chance.choice(our_ids))
    elif what == "unknown":
        post.deliver_before_it_is_known(our_id)
    else:
        post.deliver(our_id, times=2 if what == "twice" else 1)


def work_notices(how: str) -> None:
    """Work the inbox: properly, twice, or die between its steps; what it leased is free again two minutes later."""
    at = clock.now()
    if how in ("well", "twice"):
        work_inbox(at=at, actor=ACTOR)
        if how == "twice":
            work_inbox(at=at + timedelta(minutes=2), actor=ACTOR)
        return
    asked = ask_about_notices(at=at, actor=ACTOR)
    if how == "die before":
        raise Killed
    record_answers(list_answers(asked), at=at, actor=ACTOR)
    if how == "die within":  # recorded, but not settled: in the product one transaction, so this is harsher
        raise Killed
    with transaction.atomic():
        settle_notices(asked, at=at)
    raise Killed


@contextmanager
def faulty_wire(faults: list[str]) -> Iterator[FaultyWire]:
    """The sandbox behind such a wire."""
    gateway = FaultyWire(faults)
    register_gateway("sandbox", factory=lambda: gateway)
    try:
        yield gateway
    finally:
        register_gateway("sandbox", factory=SandboxGateway)
