"""Mollie's client of ours in front of the fake, with somebody at Mollie's page and in the banks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tallystick.payments.core.answers import Delivery, Gateway
from tallystick.payments.core.failures import Advice
from tallystick.payments.gateways.mollie.gateway import MollieGateway
from tallystick.plumbing import clock
from tests.support.fakes.benches import TIMEOUT_MS, Lost, make_customer
from tests.support.fakes.mollie import FakeMollie
from tests.support.fakes.wire import Fault, Trouble, serve


@dataclass
class MollieBench:
    """`Bench` for Mollie."""

    fake: FakeMollie
    gateway: Gateway
    customer_ref: str
    declines: Mapping[Advice, tuple[str, str]] = field(
        default_factory=lambda: {
            Advice.RETRY_LATER: ("insufficient_funds", "insufficient_funds"),
            Advice.CUSTOMER_ACTION: ("authentication_required", "authentication_required"),
            Advice.NEW_METHOD: ("card_expired", "expired_card"),
            Advice.STOP: ("possible_fraud", "suspected_fraud"),
        }
    )

    def give_mandate(self, *, declines: str = "", lost: Lost = "") -> str:
        ref = self.fake.give_mandate(self.customer_ref)
        self.fake.outcomes[ref] = declines
        if lost:
            trouble = Trouble.CUT_AFTER if lost == "answer" else Trouble.CUT_BEFORE
            self.fake.faults.append(Fault(trouble, path="/v2/payments"))
        return ref

    def give_debit(self) -> str:
        return self.fake.give_mandate(self.customer_ref, method="directdebit")

    def count_payments(self) -> int:
        return len(self.fake.payments)

    def wait(self, duration: timedelta) -> None:
        self.fake.now += duration
        clock.advance(duration)

    def pay(self, ref: str) -> None:
        self.fake.pay(ref)

    def decline_on_page(self, ref: str) -> None:
        """Mollie's page keeps a declined try to itself: the payment stays open."""

    def expire(self, ref: str) -> None:
        self.fake.expire(ref)

    def charge_back(self, ref: str) -> str:
        return self.fake.charge_back(ref)

    def reverse(self, dispute: str) -> None:
        self.fake.reverse(dispute)

    def finish_refund(self, ref: str, *, is_failed: bool = False) -> None:
        self.fake.finish_refund(ref, status="failed" if is_failed else "refunded")

    def deliver(self, ref: str, *, our_id: str) -> Delivery:
        return self._post(ref, self.gateway.notice_token(our_id))

    def forge(self, ref: str, *, our_id: str) -> Delivery:
        return self._post(ref, our_id + "~forged")

    def _post(self, ref: str, token: str) -> Delivery:
        return Delivery({"Content-Type": "application/x-www-form-urlencoded"}, f"id={ref}".encode(), token)


@contextmanager
def open_mollie() -> Iterator[MollieBench]:
    """The bench, for as long as the block lasts."""
    fake = FakeMollie()
    with serve(fake) as wire:
        gateway = MollieGateway(fake.api_key, url=wire.url, timeout_ms=TIMEOUT_MS)
        yield MollieBench(fake, gateway, make_customer(gateway))
