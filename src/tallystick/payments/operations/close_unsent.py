"""Close attempts that were never carried out: given up, or withdrawn because what they were for is paid otherwise."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tallystick.payments.core.attempt_lifecycle import apply_attempt_event
from tallystick.payments.models import AttemptPurpose, PaymentAttempt
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

ATTEMPTS = PaymentAttempt._meta.db_table


def give_up_unsent(attempt_ids: Sequence[int], *, created_before: datetime, at: datetime, actor: Actor) -> list[int]:
    """Close those of the attempts that still wait to be sent and were created before then; return their ids."""
    actor.require(PAYMENTS_COLLECT)
    return _close(attempt_ids, created_before, "give_up", "it waited too long to be sent", at, actor)


def withdraw_attempts(attempt_ids: Sequence[int], *, reason: str, at: datetime, actor: Actor) -> list[int]:
    """Close those of the attempts that still wait to be sent; return their ids. What was sent can't be withdrawn."""
    actor.require(PAYMENTS_COLLECT)
    return _close(attempt_ids, at, "withdraw", reason, at, actor)


def _close(
    attempt_ids: Sequence[int], upto: datetime, event: str, reason: str, at: datetime, actor: Actor
) -> list[int]:
    status = apply_attempt_event("created", event=event)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ATTEMPTS} SET status = %s, look_again_at = NULL, final_at = %s WHERE id IN ("
            f" SELECT id FROM {ATTEMPTS} WHERE id = ANY(%s) AND status = 'created' AND created_at <= %s"
            " ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id",
            [status, at, list(attempt_ids), upto],
        )
        closed = sorted(row[0] for row in cursor.fetchall())
        if closed:
            AttemptPurpose.objects.filter(attempt_id__in=closed).update(is_live=False)
            record_events((Moved(each, event, "created", status, reason) for each in closed), at=at, actor=actor)
    return closed
