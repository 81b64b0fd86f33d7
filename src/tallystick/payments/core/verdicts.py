"""What a gateway's answer means for an attempt. Pure: the one place where answers become states."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from tallystick.money.amount import Money, format_minor
from tallystick.payments.core.answers import Answer, Done, NotSent, Refused, Snapshot
from tallystick.payments.core.attempt_lifecycle import FINAL, apply_attempt_event
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.look_schedule import MAX_SENDS, compute_next_look, is_given_up


class AttemptState(NamedTuple):
    """What is known of an attempt before an answer."""

    our_id: str
    is_test: bool
    amount_minor: int
    currency: str
    status: str
    sends: int
    looks: int
    misses: int
    last_sent_at: datetime
    gateway_ref: str = ""
    dashboard_url: str = ""
    observed_at: datetime | None = None
    quarantine_reason: str = ""
    failure_code: str = ""
    failure_detail: str = ""
    final_at: datetime | None = None


class Verdict(NamedTuple):
    """What is known of it afterwards. `event` is empty when its status did not change.

    `paid_at` is set when it succeeded by this answer, and only then.
    """

    state: AttemptState
    event: str
    reason: str
    look_again_at: datetime | None
    paid_at: datetime | None = None


def judge_answer(
    state: AttemptState, *, answer: Answer[Snapshot | None], at: datetime, foreign_refs: Collection[str] = ()
) -> Verdict:
    """Apply one answer. The same answer twice moves nothing the second time; nor does a snapshot older than the last.

    `foreign_refs` are references at the gateway that belong to other attempts.
    """
    if state.quarantine_reason:
        return Verdict(state, "", "", None)  # a person must look first
    if isinstance(answer, Done):
        return _miss(state, at) if answer.value is None else _see(state, answer.value, at, foreign_refs)
    if isinstance(answer, Refused):
        return _move(state, "refused", answer.failure.code, at, failure=answer.failure)
    if isinstance(answer, NotSent):
        gives_up = state.status == "submitting" and state.sends >= MAX_SENDS
        verdict = _move(state, "give_up" if gives_up else "not_sent", answer.reason, at)
        if verdict.look_again_at is None or answer.retry_after is None:
            return verdict
        return verdict._replace(look_again_at=max(verdict.look_again_at, at + answer.retry_after))
    return _move(state, "no_answer", answer.reason, at)


def _miss(state: AttemptState, at: datetime) -> Verdict:
    missed = state._replace(misses=state.misses + 1)
    if state.status == "unknown" and not is_given_up(misses=missed.misses, last_sent_at=state.last_sent_at, at=at):
        return _stay(missed, at)
    return _settle(_move(missed, "not_found", f"looked for {missed.misses} times and not there", at))


def _see(state: AttemptState, snapshot: Snapshot, at: datetime, foreign_refs: Collection[str]) -> Verdict:
    mismatch = _find_mismatch(state, snapshot, foreign_refs)
    if mismatch:
        return _quarantine(state, mismatch, at)
    if state.observed_at is not None and snapshot.observed_at < state.observed_at:
        return _settle(_stay(state, at))
    seen = state._replace(
        gateway_ref=snapshot.ref,
        dashboard_url=snapshot.dashboard_url or state.dashboard_url,
        observed_at=snapshot.observed_at,
    )
    reason = snapshot.failure.code if snapshot.failure else ""
    verdict = _move(seen, f"is_{snapshot.status}", reason, at, failure=snapshot.failure)
    if not verdict.event:
        return _settle(verdict)
    if verdict.state.status == "succeeded":
        return verdict._replace(paid_at=snapshot.paid_at or snapshot.observed_at)
    return verdict


def _find_mismatch(state: AttemptState, snapshot: Snapshot, foreign_refs: Collection[str]) -> str:
    """Why the payment can't be this attempt's (R11); empty when it is."""
    if snapshot.our_id != state.our_id:
        return f"payment {snapshot.ref} carries our id {snapshot.our_id!r}, not this attempt's"
    if (snapshot.amount.minor, snapshot.amount.currency) != (state.amount_minor, state.currency):
        return (
            f"payment {snapshot.ref} is over {_write(snapshot.amount)}, "
            f"we asked for {_write(Money(state.amount_minor, state.currency))}"
        )
    if snapshot.is_test != state.is_test:
        return f"payment {snapshot.ref} is a {'test' if snapshot.is_test else 'live'} one, this attempt is not"
    if snapshot.ref in foreign_refs:
        return f"payment {snapshot.ref} belongs to another attempt already"
    if state.gateway_ref not in ("", snapshot.ref):
        return f"a second payment {snapshot.ref} appeared beside {state.gateway_ref}"
    return ""


def _write(amount: Money) -> str:
    return f"{format_minor(amount.minor, amount.currency)} {amount.currency}"


def _quarantine(state: AttemptState, reason: str, at: datetime) -> Verdict:
    """Never booked: a person compares both sides. An attempt in flight is that no longer: it was answered."""
    in_flight = state.status == "submitting"
    verdict = _move(state, "no_answer", reason, at) if in_flight else _stay(state, at)
    return verdict._replace(state=verdict.state._replace(quarantine_reason=reason[:300]), look_again_at=None)


def _move(state: AttemptState, event: str, reason: str, at: datetime, *, failure: Failure | None = None) -> Verdict:
    status = apply_attempt_event(state.status, event=event)
    if status == state.status:
        return _stay(state, at)
    moved = state._replace(status=status, looks=0, final_at=at if status in FINAL else None)
    if status == "failed":
        moved = _name_failure(moved, failure or Failure("unknown"))
    elif status == "succeeded":
        moved = moved._replace(failure_code="", failure_detail="")
    # of what is final only a refusal is looked at again, since no snapshot of the payment has confirmed it
    is_over = status in FINAL and event != "refused"
    look_again_at = None if is_over else compute_next_look(status, at=at, sends=moved.sends, looks=0)
    return Verdict(moved, event, reason[:300], look_again_at)


def _name_failure(state: AttemptState, failure: Failure) -> AttemptState:
    detail = f"{failure.raw_code} {failure.raw_message}".strip()
    return state._replace(failure_code=failure.code, failure_detail=detail[:300])


def _settle(verdict: Verdict) -> Verdict:
    """What is final was now looked at with an answer: that is enough."""
    return verdict._replace(look_again_at=None) if verdict.state.status in FINAL else verdict


def _stay(state: AttemptState, at: datetime) -> Verdict:
    looked = state._replace(looks=state.looks + 1)
    look_again_at = compute_next_look(state.status, at=at, sends=state.sends, looks=looked.looks)
    return Verdict(looked, "", "", look_again_at)
