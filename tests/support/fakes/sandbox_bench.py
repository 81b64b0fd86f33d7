"""The sandbox itself: what people and banks do there is decided by its magic numbers, or done by the test."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tallystick.payments.core.answers import Delivery, Gateway, MandateToImport
from tallystick.payments.core.failures import Advice
from tallystick.payments.gateways.sandbox.disputes import open_dispute
from tallystick.payments.gateways.sandbox.gateway import SandboxGateway
from tallystick.payments.gateways.sandbox.pages import expire_page, pay_page
from tallystick.payments.gateways.sandbox.refunds import finish_refund
from tallystick.payments.models import SandboxDispute, SandboxPayment
from tallystick.plumbing import clock
from tests.support.fakes.benches import Lost, make_customer

GOOD_CARD, POOR_CARD, GOOD_DEBIT = "4242424242424242", "4000000000009995", "NL77SAND0000000001"
NUMBERS = {
    "": GOOD_CARD,
    "insufficient_funds": POOR_CARD,
    "authentication_required": "4000002760003184",
    "expired_card": "4000000000000069",
    "stolen_card": "4000000000009979",
}
LOST: Mapping[str, str] = {"answer": "4000009900000004", "request": "4000009900000012"}


@dataclass
class SandboxBench:
    """`Bench` for the sandbox."""

    gateway: Gateway
    customer_ref: str
    declines: Mapping[Advice, tuple[str, str]] = field(
        default_factory=lambda: {
            Advice.RETRY_LATER: ("insufficient_funds", "insufficient_funds"),
            Advice.CUSTOMER_ACTION: ("authentication_required", "authentication_required"),
            Advice.NEW_METHOD: ("expired_card", "expired_card"),
            Advice.STOP: ("stolen_card", "stolen_card"),
        }
    )

    def give_mandate(self, *, declines: str = "", lost: Lost = "") -> str:
        return self._import(LOST[lost] if lost else NUMBERS[declines])

    def give_debit(self) -> str:
        return self._import(GOOD_DEBIT)

    def _import(self, number: str) -> str:
        (mandate,) = self.gateway.import_mandates([MandateToImport(self.customer_ref, number)])
        return mandate.ref

    def count_payments(self) -> int:
        return SandboxPayment.objects.count()

    def wait(self, duration: timedelta) -> None:
        clock.advance(duration)

    def pay(self, ref: str) -> None:
        """A debit is paid by the days that pass."""
        if SandboxPayment.objects.filter(ref=ref, page__isnull=False).exists():
            assert pay_page(ref, number=GOOD_CARD, at=clock.now()) == ""

    def decline_on_page(self, ref: str) -> None:
        assert pay_page(ref, number=POOR_CARD, at=clock.now()) == "insufficient_funds"

    def expire(self, ref: str) -> None:
        expire_page(ref, at=clock.now())

    def charge_back(self, ref: str) -> str:
        return open_dispute(SandboxPayment.objects.get(ref=ref), reason="fraudulent", at=clock.now()).ref

    def reverse(self, dispute: str) -> None:
        SandboxDispute.objects.filter(ref=dispute).update(reversed_at=clock.now())

    def finish_refund(self, ref: str, *, is_failed: bool = False) -> None:
        finish_refund(ref, is_failed=is_failed, at=clock.now())

    def deliver(self, ref: str, *, our_id: str) -> Delivery:
        return Delivery({}, f"id={ref}".encode(), self.gateway.notice_token(our_id))

    def forge(self, ref: str, *, our_id: str) -> Delivery:
        return Delivery({}, f"id={ref}".encode(), our_id)


@contextmanager
def open_sandbox() -> Iterator[SandboxBench]:
    """The bench; the sandbox needs no server."""
    gateway = SandboxGateway()
    yield SandboxBench(gateway, make_customer(gateway))
