"""What a conformance test needs of each gateway: a customer, mandates that behave as asked, and somebody to act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal, Protocol

from tallystick.payments.core.answers import Delivery, Done, Gateway
from tallystick.payments.core.failures import Advice

Lost = Literal["", "answer", "request"]

#: How long a test waits for an answer. The fakes' late ones take longer.
TIMEOUT_MS = 400


class Bench(Protocol):
    """A gateway with the world around it in the hands of a test."""

    gateway: Gateway
    customer_ref: str
    declines: Mapping[Advice, tuple[str, str]]
    """For each advice a failure that this gateway can show: its own word and our code."""

    def give_mandate(self, *, declines: str = "", lost: Lost = "") -> str:
        """A card that is charged with success, is declined for that reason, or whose next message gets lost."""

    def give_debit(self) -> str:
        """A direct debit that the bank pays days later."""

    def count_payments(self) -> int:
        """How many payments the gateway has carried out."""

    def wait(self, duration: timedelta) -> None:
        """Let time pass, at the gateway too."""

    def pay(self, ref: str) -> None:
        """The customer pays on the hosted page, or a bank pays a debit."""

    def decline_on_page(self, ref: str) -> None:
        """The customer's card is declined on the hosted page; they may try again there."""

    def expire(self, ref: str) -> None:
        """Nobody paid in time."""

    def charge_back(self, ref: str) -> str:
        """The payer's bank takes the money back; the dispute's reference."""

    def reverse(self, dispute: str) -> None:
        """The bank gives it back to us."""

    def finish_refund(self, ref: str, *, is_failed: bool = False) -> None:
        """The refund arrives, or comes back to us."""

    def deliver(self, ref: str, *, our_id: str) -> Delivery:
        """What the gateway posts to our notify URL about a payment."""

    def forge(self, ref: str, *, our_id: str) -> Delivery:
        """The same from somebody who has neither secret nor token."""


def make_customer(gateway: Gateway) -> str:
    """A customer at the gateway."""
    answer = gateway.customer("account:1", key="customer-1-1")
    assert isinstance(answer, Done), answer
    return answer.value
