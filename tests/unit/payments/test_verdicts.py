"""What each of the four answers means for an attempt over 121.00 EUR that was sent at noon."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Done, GatewayStatus, NotSent, Refused, Snapshot, Unknown
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.verdicts import AttemptState, judge_answer

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
SENT = AttemptState(
    our_id="a-1", is_test=True, amount_minor=121_00, currency="EUR", status="submitting", sends=1, looks=0, misses=0,
    last_sent_at=NOON,
)  # fmt: skip
UNKNOWN = SENT._replace(status="unknown")
PAID = Snapshot(
    ref="tr_1", our_id="a-1", status=GatewayStatus.SUCCEEDED, amount=Money(121_00, "EUR"), observed_at=LATER,
    is_test=True, paid_at=NOON,
)  # fmt: skip
DECLINED = replace(
    PAID, status=GatewayStatus.FAILED, failure=Failure("insufficient_funds", "51", "Insufficient funds"), paid_at=None
)
NO_FUNDS = Refused(Failure("insufficient_funds", "51", "Insufficient funds"))


def test_done_and_paid() -> None:
    verdict = judge_answer(SENT, answer=Done(PAID), at=LATER)
    assert (verdict.state.status, verdict.paid_at, verdict.look_again_at) == ("succeeded", NOON, None)
    assert (verdict.state.gateway_ref, verdict.state.final_at) == ("tr_1", LATER)


def test_done_and_declined_says_why() -> None:
    verdict = judge_answer(SENT, answer=Done(DECLINED), at=LATER)
    assert (verdict.state.status, verdict.state.failure_code) == ("failed", "insufficient_funds")
    assert verdict.state.failure_detail == "51 Insufficient funds"
    assert (verdict.paid_at, verdict.look_again_at) == (None, None)


def test_a_decline_without_a_reason_is_unknown_to_us_too() -> None:
    verdict = judge_answer(SENT, answer=Done(replace(DECLINED, failure=None)), at=LATER)
    assert verdict.state.failure_code == "unknown"


def test_a_refusal_is_a_failure_that_is_looked_up_once_more() -> None:
    verdict = judge_answer(SENT, answer=NO_FUNDS, at=LATER)
    assert (verdict.state.status, verdict.state.failure_code) == ("failed", "insufficient_funds")
    assert verdict.look_again_at == LATER + timedelta(hours=1)
    looked = judge_answer(verdict.state, answer=Done(None), at=LATER + timedelta(hours=1))
    assert (looked.state.status, looked.event, looked.look_again_at) == ("failed", "", None)


@pytest.mark.rule("ZUO-40")
@pytest.mark.parametrize("answer", [NO_FUNDS, NotSent("429"), Unknown("timeout"), Done(None)])
def test_after_an_unknown_first_send_only_the_payment_itself_is_believed(answer: Refused | NotSent | Unknown) -> None:
    verdict = judge_answer(UNKNOWN, answer=answer, at=LATER)
    assert (verdict.state.status, verdict.event, verdict.state.failure_code) == ("unknown", "", "")
    assert verdict.look_again_at is not None and verdict.look_again_at > LATER


def test_certainly_not_sent_goes_back_to_be_sent_again_when_the_gateway_allows() -> None:
    assert judge_answer(SENT, answer=NotSent("refused"), at=NOON).look_again_at == NOON + timedelta(minutes=5)
    asked = judge_answer(SENT, answer=NotSent("429", retry_after=timedelta(minutes=20)), at=NOON)
    assert (asked.state.status, asked.look_again_at) == ("created", NOON + timedelta(minutes=20))


def test_after_five_sends_that_never_arrived_it_is_over() -> None:
    verdict = judge_answer(SENT._replace(sends=5), answer=NotSent("connection refused"), at=NOON)
    assert (verdict.state.status, verdict.event, verdict.look_again_at) == ("not_executed", "give_up", None)


def test_looks_that_fail_are_not_misses() -> None:
    state = UNKNOWN
    for _ in range(10):
        state = judge_answer(state, answer=Unknown("the list could not be read"), at=NOON + timedelta(days=9)).state
    assert (state.status, state.misses) == ("unknown", 0)


@pytest.mark.rule("ZUO-40")
def test_three_misses_over_six_quiet_hours_are_the_end() -> None:
    state = UNKNOWN
    seen = []
    for hours in (1, 5, 7):
        state = judge_answer(state, answer=Done(None), at=NOON + timedelta(hours=hours)).state
        seen.append(state.status)
    assert seen == ["unknown", "unknown", "not_executed"]


@pytest.mark.parametrize("status", ["failed", "canceled", "expired", "not_executed", "created"])
def test_a_success_that_comes_late_is_booked(status: str) -> None:
    late = SENT._replace(status=status, failure_code="unknown" if status == "failed" else "")
    verdict = judge_answer(late, answer=Done(PAID), at=LATER)
    assert (verdict.state.status, verdict.paid_at, verdict.state.failure_code) == ("succeeded", NOON, "")


def test_the_same_snapshot_twice_books_once() -> None:
    first = judge_answer(SENT, answer=Done(PAID), at=LATER)
    second = judge_answer(first.state, answer=Done(PAID), at=LATER)
    assert (second.event, second.paid_at, second.state.status) == ("", None, "succeeded")


def test_an_older_snapshot_than_the_last_changes_nothing() -> None:
    processing = replace(PAID, status=GatewayStatus.PROCESSING, paid_at=None)
    state = judge_answer(SENT, answer=Done(processing), at=LATER).state
    old = replace(DECLINED, observed_at=NOON)
    assert judge_answer(state, answer=Done(old), at=LATER).state.status == "processing"


def test_a_failure_is_not_replaced_by_a_later_word_that_it_is_under_way() -> None:
    state = judge_answer(SENT, answer=Done(DECLINED), at=LATER).state
    under_way = replace(PAID, status=GatewayStatus.PROCESSING, observed_at=LATER + timedelta(hours=1))
    after = judge_answer(state, answer=Done(under_way), at=LATER)
    assert (after.state.status, after.state.failure_code) == ("failed", "insufficient_funds")


@pytest.mark.parametrize(
    ("strange", "told"),
    [
        (replace(PAID, amount=Money(121_01, "EUR")), "121.01 EUR"),
        (replace(PAID, amount=Money(121_00, "USD")), "121.00 USD"),
        (replace(PAID, our_id="a-2"), "'a-2'"),
        (replace(PAID, is_test=False), "live"),
    ],
)
def test_a_payment_that_can_not_be_this_attempts_is_held_for_a_person(strange: Snapshot, told: str) -> None:
    verdict = judge_answer(SENT, answer=Done(strange), at=LATER)
    assert (verdict.state.status, verdict.paid_at, verdict.look_again_at) == ("unknown", None, None)
    assert told in verdict.state.quarantine_reason
    again = judge_answer(verdict.state, answer=Done(PAID), at=LATER)
    assert again.state == verdict.state and again.paid_at is None


def test_a_payment_that_another_attempt_has_is_held() -> None:
    verdict = judge_answer(SENT, answer=Done(PAID), at=LATER, foreign_refs={"tr_1"})
    assert verdict.paid_at is None and "another attempt" in verdict.state.quarantine_reason


def test_a_second_payment_for_a_paid_attempt_is_held_and_the_first_stays() -> None:
    paid = judge_answer(SENT, answer=Done(PAID), at=LATER).state
    verdict = judge_answer(paid, answer=Done(replace(PAID, ref="tr_2")), at=LATER)
    assert (verdict.state.status, verdict.state.gateway_ref, verdict.paid_at) == ("succeeded", "tr_1", None)
    assert "second payment tr_2" in verdict.state.quarantine_reason
