"""Call the gateway for attempts: claim and commit first, then call with no transaction open, give the answers back."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection, connections, transaction

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Answer, Collect, Snapshot, Unknown
from tallystick.payments.core.ports import get_gateway
from tallystick.payments.models import AttemptEvent, PaymentAttempt
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows

ATTEMPTS = PaymentAttempt._meta.db_table
EVENTS = AttemptEvent._meta.db_table

# a call whose process died is looked at again after this long (payments: the janitor)
IN_FLIGHT_SECONDS = 120


class Answered(NamedTuple):
    """An attempt and what the gateway answered; `operation` is collect, replay or find."""

    attempt_id: int
    operation: str
    answer: Answer[Snapshot]


class _Call(NamedTuple):
    attempt_id: int
    kind: str
    order: Collect


def send_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> list[Answered]:
    """Send the attempts that were never sent; others are left alone. Returns the answers, to be applied by the caller.

    Must not be called inside a transaction that holds locks: the claim is committed before the first call goes out.
    """
    with transaction.atomic():
        calls = _claim(attempt_ids, at, actor)
    if concurrency <= 1 or len(calls) <= 1:
        return [_call(call) for call in calls]
    with ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="gateway") as pool:
        # each thread has its own database connection (the sandbox keeps its books there); closed when the batch ends
        lists = list(pool.map(_call_all, [calls[n::concurrency] for n in range(concurrency)]))
    return [answered for answers in lists for answered in answers]


def _claim(attempt_ids: Sequence[int], at: datetime, actor: Actor) -> list[_Call]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ATTEMPTS} SET status = 'submitting', sends = sends + 1, sent_at = %s, look_again_at = %s"
            " WHERE id IN (SELECT id FROM " + ATTEMPTS + " WHERE id = ANY(%s) AND status = 'created'"
            " ORDER BY id FOR UPDATE SKIP LOCKED) RETURNING id",
            [at, at + timedelta(seconds=IN_FLIGHT_SECONDS), list(attempt_ids)],
        )
        claimed = sorted(row[0] for row in cursor.fetchall())
    copy_rows(
        EVENTS,
        ("attempt_id", "event", "from_status", "to_status", "at", "actor_kind", "actor_id", "actor_label", "reason"),
        ((i, "send", "created", "submitting", at, actor.kind, actor.id, actor.label, "") for i in claimed),
    )
    rows = PaymentAttempt.objects.filter(pk__in=claimed).select_related("method", "gateway_account").order_by("pk")
    return [_Call(row.pk, row.gateway_account.kind, make_order(row)) for row in rows]


def make_order(attempt: PaymentAttempt) -> Collect:
    """The call that charges an attempt: the same for every send, so that its key means the same."""
    return Collect(
        our_id=f"attempt:{attempt.pk}",
        key=attempt.key,
        amount=Money(attempt.amount_minor, attempt.currency),
        description=attempt.description,
        customer_ref=attempt.method.customer_ref,
        mandate_ref=attempt.method.gateway_ref,
    )


def _call(call: _Call) -> Answered:
    return Answered(call.attempt_id, "collect", collect_safely(call.kind, order=call.order))


def _call_all(calls: Sequence[_Call]) -> list[Answered]:
    try:
        return [_call(call) for call in calls]
    finally:
        connections.close_all()


def collect_safely(kind: str, *, order: Collect) -> Answer[Snapshot]:
    """Ask the gateway; whatever breaks on the way counts as unknown, never as failed (ZUO-40)."""
    try:
        return get_gateway(kind).collect(order)
    except Exception as error:  # noqa: BLE001 - a gateway that raises breaks its word; the money may have moved all the same
        return Unknown(f"{type(error).__name__}: {error}"[:300])
