"""Every row of the states of an attempt, reached as in life: sent to the sandbox, answered, lost, answered once more.

Each story begins in one status, to which an attempt comes by its own road, and lets every event of the mapping befall
an attempt that is there. A row counts as reached when the attempt's history tells it; of a row that changes nothing the
history is silent, and what was asked of the lifecycle while the answer was applied stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from tallystick.journeys.check_books import check_books
from tallystick.journeys.record_money import record_answers
from tallystick.money.amount import Money
from tallystick.payments.core import verdicts
from tallystick.payments.core.answers import Answer, Done, GatewayStatus, NotSent, Refused, Snapshot, Unknown
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES, NEWS, TRANSITIONS, apply_attempt_event
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.look_schedule import MAX_SENDS, MISSES_TO_GIVE_UP
from tallystick.payments.models import AttemptEvent, Payment, PaymentAttempt
from tallystick.payments.operations.call_gateways import Answered
from tallystick.payments.operations.close_unsent import withdraw_attempts
from tallystick.payments.operations.send_attempts import send_attempts
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_seller
from tests.support.payers import build_payer, create_attempt, send

pytestmark = pytest.mark.django_db

GOOD_CARD, DECLINED_CARD = "4242424242424242", "4000000000000002"
LOST_REQUEST_CARD, DEAD_LINE_CARD = "4000009900000012", "4000009900000087"
SLOW_IBAN = "NL77SAND0000000001"
HOUR = timedelta(hours=1)

Row = tuple[str, str, str]


def answer(attempt: PaymentAttempt, said: Answer[Snapshot | None]) -> None:
    """Apply an answer as it would be had the gateway been asked now."""
    record_answers([Answered(attempt.pk, "payment", said)], at=clock.now(), actor=ACTOR)
    attempt.refresh_from_db()


def tell(attempt: PaymentAttempt, status: str) -> None:
    """The gateway's own word about the payment, which it knows under one reference."""
    snapshot = Snapshot(
        ref=attempt.gateway_ref or f"tr_{attempt.our_id}",
        our_id=str(attempt.our_id),
        status=GatewayStatus(status),
        amount=Money(attempt.amount_minor, attempt.currency),
        observed_at=clock.now(),
        is_test=True,
        failure=Failure("card_declined") if status == "failed" else None,
    )
    answer(attempt, Done(snapshot))


def told(status: str) -> Callable[[PaymentAttempt], None]:
    """The gateway tells that status."""
    return lambda attempt: tell(attempt, status)


def send_after_a_day(attempt: PaymentAttempt) -> None:
    """Nobody sent it for a day; now it is too late."""
    clock.advance(25 * HOUR)
    send([attempt])


def send_in_vain(attempt: PaymentAttempt) -> None:
    """As often as we try: the line to the gateway is dead."""
    for _ in range(MAX_SENDS):
        clock.advance(HOUR)
        send([attempt])


def send_and_die(attempt: PaymentAttempt) -> None:
    """The process that sent it dies before it has recorded the answer."""
    send_attempts([attempt.pk], at=clock.now(), actor=ACTOR)
    attempt.refresh_from_db()


def miss_until_given_up(attempt: PaymentAttempt) -> None:
    """Looked for long enough and often enough, and never there."""
    for _ in range(MISSES_TO_GIVE_UP):
        clock.advance(7 * HOUR)
        answer(attempt, Done(None))


def withdraw(attempt: PaymentAttempt) -> None:
    """What it was for is paid otherwise."""
    withdraw_attempts([attempt.pk], reason="paid by transfer", at=clock.now(), actor=ACTOR)
    attempt.refresh_from_db()


def stay_where_it_is(attempt: PaymentAttempt) -> None:
    """It waits to be sent."""


def hear(status: str) -> Callable[[PaymentAttempt], None]:
    """Sent without an answer, and then the gateway tells."""

    def send_and_hear(attempt: PaymentAttempt) -> None:
        send([attempt])
        tell(attempt, status)

    return send_and_hear


def send_once(attempt: PaymentAttempt) -> None:
    """Sent, and the answer recorded."""
    send([attempt])


#: How an attempt comes to each status: with which card or IBAN, and what then happens.
ROADS: Mapping[str, tuple[str, Callable[[PaymentAttempt], None]]] = {
    "created": (GOOD_CARD, stay_where_it_is),
    "submitting": (GOOD_CARD, send_and_die),
    "unknown": (LOST_REQUEST_CARD, send_once),
    "action_required": (LOST_REQUEST_CARD, hear("action_required")),
    "processing": (SLOW_IBAN, send_once),
    "succeeded": (GOOD_CARD, send_once),
    "failed": (DECLINED_CARD, send_once),
    "canceled": (GOOD_CARD, withdraw),
    "expired": (LOST_REQUEST_CARD, hear("expired")),
    "not_executed": (GOOD_CARD, send_after_a_day),
}

#: What befalls an attempt, by event; where it is an answer to a look, a second one comes late.
EVENTS: Mapping[str, Callable[[PaymentAttempt], None]] = {
    "send": send_and_die,
    "withdraw": withdraw,
    "refused": lambda attempt: answer(attempt, Refused(Failure("card_declined"))),
    "not_sent": lambda attempt: answer(attempt, NotSent("429")),
    "no_answer": lambda attempt: answer(attempt, Unknown("read timeout")),
    "not_found": miss_until_given_up,
    **{event: told(status) for event, status in NEWS.items()},
}


class Lifecycle:
    """Asks the real lifecycle, and remembers what it was asked and what it said."""

    def __init__(self) -> None:
        self.asked: set[Row] = set()

    def apply(self, status: str, *, event: str) -> str:
        following = apply_attempt_event(status, event=event)
        self.asked.add((status, event, following))
        return following


@pytest.fixture
def lifecycle(monkeypatch: pytest.MonkeyPatch) -> Lifecycle:
    """Between the answers and their states, for as long as a story takes."""
    lifecycle = Lifecycle()
    monkeypatch.setattr(verdicts, "apply_attempt_event", lifecycle.apply)
    return lifecycle


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


def bring_to(seller: Seller, status: str, *, event: str) -> PaymentAttempt:
    """An attempt of its own for each event, on the road to the status."""
    number, go = ROADS[status]
    attempt = create_attempt(build_payer(seller, number, external_id=event), purpose=f"top-up:{event}")
    go(attempt)
    attempt.refresh_from_db()
    assert attempt.status == status
    return attempt


def list_moves() -> set[Row]:
    """All moves that the histories of attempts tell."""
    return set(AttemptEvent.objects.values_list("from_status", "event", "to_status"))


def list_rows(status: str) -> set[Row]:
    """The mapping's rows that begin there."""
    return {(before, event, after) for (before, event), after in TRANSITIONS.items() if before == status}


def befall(seller: Seller, status: str, event: str) -> None:
    """Let an event befall an attempt in that status; given up is only what was sent in vain or waited too long."""
    if event == "give_up":
        number, go = {"created": (GOOD_CARD, send_after_a_day), "submitting": (DEAD_LINE_CARD, send_in_vain)}[status]
        attempt = create_attempt(build_payer(seller, number, external_id=event), purpose=f"top-up:{event}")
        go(attempt)
    else:
        attempt = bring_to(seller, status, event=event)
        EVENTS[event](attempt)
    attempt.refresh_from_db()
    expected = TRANSITIONS[status, event]
    assert (attempt.status, attempt.quarantine_reason) == (expected, ""), f"{status}, then {event}"
    assert Payment.objects.filter(attempt=attempt).count() == (expected == "succeeded")


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("status", ATTEMPT_STATUSES)
def test_every_row_of_the_attempts_states_is_reached(seller: Seller, lifecycle: Lifecycle, status: str) -> None:
    rows = list_rows(status)
    for _, event, _ in sorted(rows):
        befall(seller, status, event)
    told = list_moves()
    assert {row for row in rows if row[0] != row[2]} - told == set(), "moves that no history tells"
    assert rows - told - lifecycle.asked == set(), "rows that no story reaches"
    known = {(before, event, after) for (before, event), after in TRANSITIONS.items()} | {("", "create", "created")}
    assert told - known == set(), "moves that the mapping does not have"
    assert list(check_books(actor=ACTOR)) == []
