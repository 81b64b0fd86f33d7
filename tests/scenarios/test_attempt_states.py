"""Every row of the payment attempt's state table, with what is booked afterwards: money when it succeeded, else none.

Each story brings an attempt to a state as a collection would, by being sent and by what the gateway answers; then the
row's event happens to it, through the same doors. The worked table of the pairs is tests/unit/payments.
"""

from datetime import datetime, timedelta

import pytest

from tallystick.journeys.check_books import check_books
from tallystick.journeys.record_money import record_answers
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    Answer,
    Done,
    GatewayStatus,
    NotSent,
    Refused,
    Snapshot,
    Unknown,
)
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES, NEWS, TRANSITIONS
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.look_schedule import MAX_SENDS, MISSES_TO_GIVE_UP, SEND_DEADLINE
from tallystick.payments.models import AttemptEvent, Payment, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.close_unsent import withdraw_attempts
from tallystick.payments.operations.send_attempts import claim_attempts
from tallystick.plumbing import clock
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import AMOUNT, build_payer, create_attempt

pytestmark = [pytest.mark.django_db, pytest.mark.rule("ZUO-40")]

ANSWERS: dict[str, Answer[Snapshot | None]] = {
    "refused": Refused(Failure("insufficient_funds")),
    "not_sent": NotSent("no connection"),
    "no_answer": Unknown("the line was cut"),
    "not_found": Done(None),
}
MINUTE = timedelta(minutes=1)


class Story:
    """One attempt over 121.00, and a clock that goes on by a minute a step."""

    def __init__(self) -> None:
        clock.set_clock(AT)
        self.attempt = create_attempt(build_payer(build_seller(), "4242424242424242"))
        self.at = AT

    def bring_to(self, status: str) -> None:
        """As a collection gets there."""
        if status == "created":
            return
        if status == "not_executed":
            self.wait(SEND_DEADLINE)
        self.send()
        if status == "unknown":
            self.answer(ANSWERS["no_answer"])
        elif status not in ("submitting", "not_executed"):
            self.answer(self.show(status))

    def meet(self, event: str) -> None:
        """What the row names happens."""
        status = self.attempt.status
        if event == "send":
            self.send()
        elif event == "withdraw":
            withdraw_attempts([self.attempt.pk], reason="paid otherwise", at=self.at, actor=ACTOR)
        elif event == "give_up" and status == "created":
            self.wait(SEND_DEADLINE)
            self.send()
        elif event == "give_up":
            for _ in range(MAX_SENDS - 1):
                self.answer(ANSWERS["not_sent"])
                self.send()
            self.answer(ANSWERS["not_sent"])
        elif event == "not_found":
            self.wait(timedelta(days=3))
            for _ in range(MISSES_TO_GIVE_UP):
                self.answer(ANSWERS["not_found"], operation="find")
        else:
            self.answer(ANSWERS.get(event) or self.show(event.removeprefix("is_")))
        self.attempt.refresh_from_db()

    def wait(self, how_long: timedelta) -> None:
        self.at += how_long

    def send(self) -> None:
        claim_attempts([self.attempt.pk], at=self.tick(), actor=ACTOR)
        self.attempt.refresh_from_db()

    def answer(self, answer: Answer[Snapshot | None], *, operation: str = "collect") -> None:
        record_answers([Answered(self.attempt.pk, operation, answer)], at=self.tick(), actor=ACTOR)
        self.attempt.refresh_from_db()

    def show(self, status: str) -> Answer[Snapshot | None]:
        """The gateway's word of the payment."""
        return Done(
            Snapshot(
                ref="sb_1",
                our_id=str(self.attempt.our_id),
                status=GatewayStatus(status),
                amount=Money(AMOUNT, "EUR"),
                observed_at=self.at,
                is_test=True,
                failure=Failure("insufficient_funds") if status == "failed" else None,
            )
        )

    def tick(self) -> datetime:
        self.at += MINUTE
        return self.at


@pytest.mark.parametrize(("status", "event", "following"), [(*row, TRANSITIONS[row]) for row in sorted(TRANSITIONS)])
def test_every_row_is_reached_and_books_money_exactly_when_it_succeeded(
    status: str, event: str, following: str
) -> None:
    story = Story()
    story.bring_to(status)
    assert story.attempt.status == status

    story.meet(event)

    assert story.attempt.status == following
    assert AttemptEvent.objects.filter(attempt=story.attempt).latest("pk").to_status == following
    arrived = AMOUNT if following == "succeeded" else 0
    assert find_balance(story.attempt.account_id).customer_credit_minor == arrived
    assert list(Payment.objects.values_list("amount_minor", flat=True)) == [AMOUNT] * (following == "succeeded")
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.parametrize("status", ATTEMPT_STATUSES)
def test_a_success_that_is_told_twice_is_booked_once_whatever_came_before(status: str) -> None:
    story = Story()
    story.bring_to(status)
    for _ in range(2):
        story.meet("is_succeeded")
    assert PaymentAttempt.objects.get().status == "succeeded"
    assert Payment.objects.count() == 1


def test_the_news_of_a_gateway_are_all_in_the_table() -> None:
    assert {event.removeprefix("is_") for event in NEWS} == {str(status) for status in GatewayStatus}
