"""Ask again about attempts whose outcome is not known: replay inside the key's life, afterwards look up by our id."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from tallystick.payments.core.answers import Answer, Done, Snapshot
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.models import AttemptEvent, AttemptPurpose, GatewayCall, PaymentAttempt
from tallystick.payments.operations.send_attempts import Answered, collect_safely, make_order
from tallystick.plumbing.actor import Actor

# replay only while the key has a safe part of its life left (10 minutes of an hour are kept in reserve)
KEY_RESERVE = timedelta(minutes=10)
MISS_WAIT = timedelta(hours=6)
MISSES_TO_GIVE_UP = 4


def look_up_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor) -> list[Answered]:
    """Find out what became of attempts in flight, unknown or processing; returns answers for the caller to apply.

    Must not be called inside a transaction that holds locks. Attempts that are repeatedly not found over a quiet
    time are closed as not executed here.
    """
    rows = PaymentAttempt.objects.filter(
        pk__in=list(attempt_ids), status__in=["submitting", "unknown", "processing", "action_required"]
    ).select_related("method", "gateway_account")
    answers: list[Answered] = []
    for attempt in rows.order_by("pk"):
        operation, answer = _ask(attempt, at)
        if answer is None:
            _count_miss(attempt.pk, at=at, actor=actor)
        else:
            answers.append(Answered(attempt.pk, operation, answer))
    return answers


def _ask(attempt: PaymentAttempt, at: datetime) -> tuple[str, Answer[Snapshot] | None]:
    gateway = get_gateway(attempt.gateway_account.kind)
    if attempt.gateway_ref:
        snapshot = gateway.payment(attempt.gateway_ref)
        return "payment", Done(snapshot) if snapshot else None
    first_sent = attempt.sent_at or attempt.created_at
    if at < first_sent + timedelta(seconds=gateway.key_life_seconds) - KEY_RESERVE:
        return "replay", collect_safely(attempt.gateway_account.kind, order=make_order(attempt))
    found = gateway.find(f"attempt:{attempt.pk}", customer_ref=attempt.method.customer_ref, since=attempt.created_at)
    return "find", Done(found) if found else None


def _count_miss(attempt_id: int, *, at: datetime, actor: Actor) -> None:
    """Count a look-up that found nothing; after enough of them over a quiet time nothing was carried out."""
    with transaction.atomic():
        attempt = PaymentAttempt.objects.select_for_update().get(pk=attempt_id)
        if attempt.status not in ("submitting", "unknown"):
            return
        before, attempt.misses = attempt.status, attempt.misses + 1
        attempt.status = "not_executed" if attempt.misses >= MISSES_TO_GIVE_UP else "unknown"
        attempt.look_again_at = None if attempt.status == "not_executed" else at + MISS_WAIT
        if attempt.status == "not_executed":
            attempt.final_at = at
            AttemptPurpose.objects.filter(attempt=attempt).update(is_live=False)
        attempt.save()
        GatewayCall.objects.create(attempt=attempt, operation="find", outcome="missing", at=at)
        if attempt.status != before:
            AttemptEvent.objects.create(
                attempt=attempt,
                event="give_up" if attempt.status == "not_executed" else "no_answer",
                from_status=before,
                to_status=attempt.status,
                at=at,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_label=actor.label,
                reason=f"not found {attempt.misses} times",
            )
