"""Apply what gateways answered: whole snapshots, idempotently, late truth included. Says which money arrived."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tallystick.errors import InvariantBroken
from tallystick.payments.core.answers import Done, NotSent, Refused, Snapshot, Unknown
from tallystick.payments.core.attempt_lifecycle import FINAL, TRANSITIONS, apply_attempt_event
from tallystick.payments.core.failures import Failure, is_hard
from tallystick.payments.models import AttemptEvent, AttemptPurpose, GatewayCall, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.send_attempts import Answered
from tallystick.plumbing.actor import Actor

# when to look again: soon while it is unclear, daily while a bank works on it
UNKNOWN_AFTER = timedelta(minutes=5)
NOT_SENT_AFTER = timedelta(minutes=5)
PROCESSING_AFTER = timedelta(days=1)
MAX_SENDS = 5


class ArrivedMoney(NamedTuple):
    """An attempt that has just succeeded: the money is ours and must be recorded in this transaction."""

    attempt_id: int
    account_id: int
    gateway: str
    amount_minor: int
    currency: str
    reference: str
    purposes: tuple[str, ...]


def apply_answers(answers: Sequence[Answered], *, at: datetime, actor: Actor) -> list[ArrivedMoney]:
    """Move attempts by their answers, in the caller's transaction; return the money that arrived by them, each once."""
    by_id = {answered.attempt_id: answered for answered in answers}
    attempts = (
        PaymentAttempt.objects.select_for_update(of=("self",))
        .filter(pk__in=by_id)
        .select_related("gateway_account", "method")
        .order_by("pk")
    )
    arrived: list[ArrivedMoney] = []
    for attempt in attempts:
        answered = by_id[attempt.pk]
        before = attempt.status
        event, reason = _move(attempt, answered, at)
        _log_call(attempt, answered, at)
        if event and attempt.status != before:
            _record_event(attempt, event, before, reason, at, actor)
        attempt.save()
        if attempt.status in FINAL and attempt.status != before:
            arrived += _end(attempt, before, at)
    return arrived


def _move(attempt: PaymentAttempt, answered: Answered, at: datetime) -> tuple[str, str]:
    """Change the attempt in memory; the event that did it and why, or ("", "") when nothing changed."""
    answer = answered.answer
    if isinstance(answer, Done):
        return _take_snapshot(attempt, answer.value, at)
    if isinstance(answer, Refused):
        event, reason = "refused", answer.failure.raw_message or answer.failure.code
        if attempt.status == "submitting":
            _set_failure(attempt, answer.failure)
    elif isinstance(answer, NotSent):
        event, reason = ("give_up" if attempt.sends >= MAX_SENDS else "not_sent"), answer.reason
    elif isinstance(answer, Unknown):
        event, reason = "no_answer", answer.reason
    else:
        raise InvariantBroken(f"a gateway answered {answer!r}")
    if event == "give_up":  # never carried out, five times over: back to created first, then closed
        attempt.status = apply_attempt_event(attempt.status, event="not_sent")
    if (attempt.status, event) not in TRANSITIONS:
        return "", ""
    attempt.status = apply_attempt_event(attempt.status, event=event)
    _schedule_look(attempt, at)
    return event, reason[:300]


def _take_snapshot(attempt: PaymentAttempt, snapshot: Snapshot, at: datetime) -> tuple[str, str]:
    expected = (f"attempt:{attempt.pk}", attempt.amount_minor, attempt.currency)
    reported = (snapshot.our_id, snapshot.amount.minor, snapshot.amount.currency)
    if reported != expected:
        # never booked: a person compares both sides (R11)
        attempt.quarantine_reason = f"the gateway reports {reported}, we asked for {expected}"[:300]
        attempt.gateway_ref = snapshot.ref
        attempt.look_again_at = None
        if attempt.status == "submitting":
            attempt.status = apply_attempt_event(attempt.status, event="no_answer")
            return "no_answer", attempt.quarantine_reason
        return "", ""
    if attempt.observed_at is not None and snapshot.observed_at < attempt.observed_at:
        return "", ""
    attempt.gateway_ref, attempt.dashboard_url = snapshot.ref, snapshot.dashboard_url
    attempt.observed_at = snapshot.observed_at
    event = f"is_{snapshot.status}"
    if (attempt.status, event) not in TRANSITIONS or (attempt.status == "succeeded"):
        return "", ""
    attempt.status = apply_attempt_event(attempt.status, event=event)
    if attempt.status == "succeeded":
        attempt.failure_code, attempt.failure_detail = "", ""
    elif snapshot.failure is not None:
        _set_failure(attempt, snapshot.failure)
    _schedule_look(attempt, at)
    return event, snapshot.failure.code if snapshot.failure else ""


def _schedule_look(attempt: PaymentAttempt, at: datetime) -> None:
    delays = {"created": NOT_SENT_AFTER, "unknown": UNKNOWN_AFTER, "processing": PROCESSING_AFTER}
    delay = delays.get(attempt.status)
    attempt.look_again_at = at + delay if delay else None
    if attempt.status in FINAL:
        attempt.final_at = at


def _set_failure(attempt: PaymentAttempt, failure: Failure) -> None:
    attempt.failure_code = failure.code
    attempt.failure_detail = f"{failure.raw_code} {failure.raw_message}".strip()[:300]


def _end(attempt: PaymentAttempt, before: str, at: datetime) -> list[ArrivedMoney]:
    """Close a final attempt's purposes, count the failure on its method, and name the money that arrived."""
    purposes = tuple(AttemptPurpose.objects.filter(attempt=attempt).values_list("purpose", flat=True))
    AttemptPurpose.objects.filter(attempt=attempt).update(is_live=False)
    method = PaymentMethod.objects.select_for_update().get(pk=attempt.method_id)
    if attempt.status == "succeeded":
        method.consecutive_failures = 0
        method.save(update_fields=["consecutive_failures"])
        gateway = attempt.gateway_account.kind
        return [
            ArrivedMoney(
                attempt.pk,
                attempt.account_id,
                gateway,
                attempt.amount_minor,
                attempt.currency,
                attempt.gateway_ref,
                purposes,
            )
        ]
    if attempt.status == "failed" and before not in FINAL:
        method.consecutive_failures += 1
        method.last_failed_at = at
        if is_hard(attempt.failure_code):
            method.state = "invalid"
        method.save(update_fields=["consecutive_failures", "last_failed_at", "state"])
    return []


def _log_call(attempt: PaymentAttempt, answered: Answered, at: datetime) -> None:
    outcome, detail = "done", ""
    answer = answered.answer
    if isinstance(answer, Refused):
        outcome, detail = "refused", answer.failure.code
    elif isinstance(answer, NotSent | Unknown):
        outcome, detail = ("not_sent" if isinstance(answer, NotSent) else "unknown"), answer.reason
    GatewayCall.objects.create(
        attempt=attempt, operation=answered.operation, outcome=outcome, detail=detail[:300], at=at
    )


def _record_event(attempt: PaymentAttempt, event: str, before: str, reason: str, at: datetime, actor: Actor) -> None:
    AttemptEvent.objects.create(
        attempt=attempt,
        event=event,
        from_status=before,
        to_status=attempt.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason,
    )
