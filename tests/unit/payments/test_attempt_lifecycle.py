"""Every state of a payment attempt meets every event: 10 rows, 13 columns, nothing left to chance."""

from itertools import product

import pytest

from tallystick.payments.core.attempt_lifecycle import (
    ATTEMPT_STATUSES,
    EVENTS,
    FINAL,
    LIVE,
    NEWS,
    apply_attempt_event,
)
from tallystick.payments.errors import WrongAttemptState

# "." stays as it is, "-" is refused; columns: send, refused, not_sent, no_answer, not_found, give_up, withdraw,
# then what the gateway reports: action_required, processing, succeeded, failed, canceled, expired
SHORT = {
    "C": "created", "S": "submitting", "U": "unknown", "A": "action_required", "P": "processing", "$": "succeeded",
    "F": "failed", "X": "canceled", "E": "expired", "N": "not_executed",
}  # fmt: skip
TABLE = {
    "created": "S - . - - N X   A P $ F X E",
    "submitting": "- F C U - N -   A P $ F X E",
    "unknown": "- . . . N - -   A P $ F X E",
    "action_required": "- . . . . - -   . P $ F X E",
    "processing": "- . . . . - -   A . $ F X E",
    "succeeded": "- . . . . - -   . . . . . .",
    "failed": "- . . . . - -   . . $ . . .",
    "canceled": "- . . . . - -   . . $ . . .",
    "expired": "- . . . . - -   . . $ . . .",
    "not_executed": "- . . . . - -   . . $ . . .",
}


@pytest.mark.parametrize(("status", "event"), list(product(ATTEMPT_STATUSES, EVENTS)))
def test_every_event_in_every_state(status: str, event: str) -> None:
    sign = dict(zip(EVENTS, TABLE[status].split(), strict=True))[event]
    if sign == "-":
        with pytest.raises(WrongAttemptState) as refused:
            apply_attempt_event(status, event=event)
        assert refused.value.message == f"The payment attempt is {status}: {event} is not possible any more."
    else:
        assert apply_attempt_event(status, event=event) == (status if sign == "." else SHORT[sign])


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("answer", ["refused", "not_sent", "no_answer"])
def test_no_answer_to_a_replay_makes_an_unknown_charge_a_failure(answer: str) -> None:
    assert apply_attempt_event("unknown", event=answer) == "unknown"


@pytest.mark.rule("ZUO-40")
def test_what_may_have_been_executed_is_never_sent_anew() -> None:
    after_sending = {"unknown"}
    while True:
        reached = {
            apply_attempt_event(status, event=event)
            for status, event in product(after_sending, EVENTS)
            if dict(zip(EVENTS, TABLE[status].split(), strict=True))[event] != "-"
        }
        if reached <= after_sending:
            break
        after_sending |= reached
    assert "created" not in after_sending


def test_a_success_reported_late_is_taken_whatever_we_called_the_attempt() -> None:
    assert {apply_attempt_event(status, event="is_succeeded") for status in ATTEMPT_STATUSES} == {"succeeded"}


def test_a_success_is_never_taken_back_by_a_snapshot() -> None:
    assert {apply_attempt_event("succeeded", event=event) for event in NEWS} == {"succeeded"}


def test_every_state_is_either_live_or_final() -> None:
    assert set(ATTEMPT_STATUSES) == LIVE | FINAL and not LIVE & FINAL
