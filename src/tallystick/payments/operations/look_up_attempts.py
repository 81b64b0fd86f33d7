"""Ask about attempts whose outcome is not known: replay inside the key's life, afterwards look up by our id (R6)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tallystick.payments.core.attempt_lifecycle import apply_attempt_event
from tallystick.payments.core.look_schedule import IN_FLIGHT, is_key_alive
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.errors import GatewayMissing
from tallystick.payments.models import AttemptPage, GatewayAccount, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered, Call, CallKind, call_gateways
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.payments.operations.send_attempts import CALL_COLUMNS, compose_call
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
PAGES = AttemptPage._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table


def look_up_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> list[Answered]:
    """Find out what became of the attempts; return the answers, for the caller to apply at once.

    Looks at attempts that are unknown, processing or refused, and takes over those whose sender is gone. Each is leased
    for two minutes, so that two janitors do not ask twice. A gateway that is switched off is asked, but nothing is
    sent there once more. Refuses to run inside a transaction.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True):
        calls = _claim(attempt_ids, at, actor)
    return call_gateways(calls, concurrency=concurrency)


def _claim(attempt_ids: Sequence[int], at: datetime, actor: Actor) -> list[Call]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {CALL_COLUMNS}, a.status, CASE WHEN g.is_active THEN a.first_sent_at END
              FROM {ATTEMPTS} a LEFT JOIN {METHODS} m ON m.id = a.method_id
              LEFT JOIN {PAGES} w ON w.attempt_id = a.id JOIN {GATEWAYS} g ON g.id = a.gateway_account_id
             WHERE a.id = ANY(%s) AND a.quarantine_reason = ''
               AND (a.status IN ('unknown', 'processing', 'action_required')
                    OR a.status IN ('submitting', 'failed') AND a.look_again_at <= %s)
             ORDER BY a.id FOR UPDATE OF a SKIP LOCKED
            """,
            [list(attempt_ids), at],
        )
        rows = cursor.fetchall()
        claimed = [row[0] for row in rows]
        lost = [row[0] for row in rows if row[-2] == "submitting"]
        # from here on its answers prove nothing about the first send, so it must not count as in flight any more
        unknown = apply_attempt_event("submitting", event="no_answer")
        cursor.execute(
            f"UPDATE {ATTEMPTS} SET look_again_at = %s, status = CASE WHEN id = ANY(%s) THEN %s ELSE status END"
            " WHERE id = ANY(%s)",
            [at + IN_FLIGHT, lost, unknown, claimed],
        )
    reason = "whoever sent it is gone"
    record_events((Moved(each, "no_answer", "submitting", unknown, reason) for each in lost), at=at, actor=actor)
    return [_compose(compose_call(row[:-2]), row[-2], row[-1], at) for row in rows]


def _compose(call: Call, status: str, first_sent_at: datetime | None, at: datetime) -> Call:
    return call._replace(kind=_choose(call, status, first_sent_at, at))


def _choose(call: Call, status: str, first_sent_at: datetime | None, at: datetime) -> CallKind:
    if call.ref:
        return "payment"
    is_open = status in ("submitting", "unknown") and first_sent_at is not None
    life = _get_key_life(call)
    if is_open and first_sent_at is not None and is_key_alive(first_sent_at, at=at, key_life_seconds=life):
        return "replay"
    return "find"


def _get_key_life(call: Call) -> int:
    """None at a gateway whose key was taken away: nothing is sent there, and asking says so."""
    try:
        return get_gateway(call.gateway, holder=call.holder).key_life_seconds
    except GatewayMissing:
        return 0
