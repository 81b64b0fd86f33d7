"""Every pair of state and event of payment runs, their items and the following up of failures."""

import pytest

from tallystick.collection.core.item_lifecycle import (
    EVENT_OF_ATTEMPT,
    FOLLOW_UP_TRANSITIONS,
    FOLLOW_UPS,
    ITEM_STATUSES,
    TRANSITIONS,
    apply_follow_up_event,
    apply_item_event,
    find_event,
)
from tallystick.collection.core.reasons import SKIPS, explain
from tallystick.collection.core.run_lifecycle import RUN_STATUSES, apply_run_event
from tallystick.collection.core.run_lifecycle import TRANSITIONS as RUN_TRANSITIONS
from tallystick.collection.errors import WrongPaymentRunState
from tallystick.errors import InvariantBroken
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES, FINAL
from tallystick.payments.core.failures import FAILURES

RUN_EVENTS = sorted({event for _, event in RUN_TRANSITIONS})
ITEM_EVENTS = sorted({event for _, event in TRANSITIONS})
FOLLOW_UP_EVENTS = sorted({event for _, event in FOLLOW_UP_TRANSITIONS})


@pytest.mark.rule("ZUO-41")
@pytest.mark.parametrize("event", RUN_EVENTS)
@pytest.mark.parametrize("status", RUN_STATUSES)
def test_a_run_moves_as_the_table_says_and_refuses_all_else(status: str, event: str) -> None:
    allowed = {
        ("pending", "start"): "running",
        ("pending", "cancel"): "canceled",
        ("pending", "fail"): "failed",
        ("running", "complete"): "completed",
    }
    if (status, event) in allowed:
        assert apply_run_event(status, event=event, number="PR-000001") == allowed[status, event]
    else:
        with pytest.raises(WrongPaymentRunState, match=f"Payment run PR-000001 is {status}: {event} refused"):
            apply_run_event(status, event=event, number="PR-000001")


@pytest.mark.parametrize("event", ITEM_EVENTS)
@pytest.mark.parametrize("status", ITEM_STATUSES)
def test_an_item_moves_as_the_table_says_and_never_else(status: str, event: str) -> None:
    if (status, event) in TRANSITIONS:
        assert apply_item_event(status, event=event) in ITEM_STATUSES
    else:
        with pytest.raises(InvariantBroken):
            apply_item_event(status, event=event)


def test_what_was_skipped_or_paid_by_credit_or_collected_stays_so() -> None:
    assert {status for status, _ in TRANSITIONS} == {"due", "collecting", "unknown", "processing", "failed"}


@pytest.mark.parametrize("event", FOLLOW_UP_EVENTS)
@pytest.mark.parametrize("follow_up", FOLLOW_UPS)
def test_following_up_moves_as_the_table_says_and_never_else(follow_up: str, event: str) -> None:
    if (follow_up, event) in FOLLOW_UP_TRANSITIONS:
        assert apply_follow_up_event(follow_up, event=event) in FOLLOW_UPS
    else:
        with pytest.raises(InvariantBroken):
            apply_follow_up_event(follow_up, event=event)


@pytest.mark.rule("ZUO-43")
def test_a_failure_that_was_retried_and_failed_again_is_open_again() -> None:
    follow_up = apply_follow_up_event("", event="fail")
    follow_up = apply_follow_up_event(follow_up, event="retry")
    assert apply_follow_up_event(follow_up, event="fail") == "open"


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize(
    ("attempt_status", "item_status"),
    [
        ("created", "collecting"),
        ("submitting", "collecting"),
        ("unknown", "unknown"),
        ("processing", "processing"),
        ("action_required", "processing"),
        ("succeeded", "collected"),
        ("failed", "failed"),
        ("canceled", "failed"),
        ("expired", "failed"),
        ("not_executed", "failed"),
    ],
)
def test_an_item_that_is_charged_says_what_its_attempt_says(attempt_status: str, item_status: str) -> None:
    event = find_event("collecting", attempt_status=attempt_status)
    assert (apply_item_event("collecting", event=event) if event else "collecting") == item_status


def test_every_final_attempt_ends_its_item() -> None:
    assert set(EVENT_OF_ATTEMPT) <= set(ATTEMPT_STATUSES)
    assert set(EVENT_OF_ATTEMPT) >= FINAL


def test_a_late_success_is_taken_and_nothing_else_happens_to_what_failed() -> None:
    assert find_event("failed", attempt_status="succeeded") == "collect"
    assert {find_event("failed", attempt_status=status) for status in ATTEMPT_STATUSES} == {"", "collect"}


def test_nothing_new_is_no_event() -> None:
    assert find_event("processing", attempt_status="processing") == ""
    assert find_event("collected", attempt_status="succeeded") == ""


@pytest.mark.parametrize("code", [*SKIPS, *FAILURES, "not_executed", "canceled", "expired"])
def test_every_reason_has_words_and_a_next_step(code: str) -> None:
    reason = explain(code)
    assert reason.words.endswith(".") and reason.next_step.endswith(".")


def test_no_reason_has_no_words() -> None:
    assert explain("") == ("", "")
