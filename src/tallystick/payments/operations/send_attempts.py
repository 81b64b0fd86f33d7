"""Send attempts to their gateways: claim and commit first, then call with no transaction open (R1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Collect
from tallystick.payments.core.look_schedule import IN_FLIGHT, SEND_DEADLINE
from tallystick.payments.core.ports import Holder
from tallystick.payments.models import GatewayAccount, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered, Call, call_gateways
from tallystick.payments.operations.close_unsent import give_up_unsent
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT
from tallystick.sellers.models import Seller

ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
SELLERS = Seller._meta.db_table

#: The columns of an attempt (a), its method (m) and its gateway account (g) that make a call.
CALL_COLUMNS = (
    "a.id, g.kind, a.our_id, a.key, a.amount_minor, a.currency, a.description, m.customer_ref, m.gateway_ref,"
    f" a.gateway_ref, a.created_at, (SELECT code FROM {SELLERS} WHERE id = g.seller_id), g.mode"
)


def send_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> list[Answered]:
    """Send those of the attempts that wait to be sent; return the answers, for the caller to apply at once.

    Attempts that another worker holds, that were sent already, or whose gateway is switched off are left alone; those
    that have waited too long are given up. Refuses to run inside a transaction: the claim must be committed before the
    first call goes out. What is not applied, because the process dies, is looked up two minutes later.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True):
        give_up_unsent(attempt_ids, created_before=at - SEND_DEADLINE, at=at, actor=actor)
        calls = _claim(attempt_ids, at)
        record_events((Moved(call.attempt_id, "send", "created", "submitting") for call in calls), at=at, actor=actor)
    return call_gateways(calls, concurrency=concurrency)


def _claim(attempt_ids: Sequence[int], at: datetime) -> list[Call]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {ATTEMPTS} a
               SET status = 'submitting', sends = a.sends + 1, looks = 0, sent_at = %(at)s,
                   first_sent_at = coalesce(a.first_sent_at, %(at)s), look_again_at = %(lost_at)s
              FROM (SELECT id FROM {ATTEMPTS}
                     WHERE id = ANY(%(ids)s) AND status = 'created' AND quarantine_reason = ''
                     ORDER BY id FOR UPDATE SKIP LOCKED) free,
                   {METHODS} m, {GATEWAYS} g
             WHERE a.id = free.id AND m.id = a.method_id AND g.id = a.gateway_account_id AND g.is_active
            RETURNING {CALL_COLUMNS}
            """,
            {"at": at, "lost_at": at + IN_FLIGHT, "ids": list(attempt_ids)},
        )
        return sorted(compose_call(row) for row in cursor.fetchall())


def compose_call(row: Sequence[Any]) -> Call:
    """The charge of an attempt from CALL_COLUMNS: the same for every send, so that its key means the same."""
    attempt_id, gateway, our_id, key, amount_minor, currency, description, customer, mandate, *rest = row
    ref, created_at, seller, mode = rest
    order = Collect(
        our_id=str(our_id),
        key=key,
        amount=Money(amount_minor, currency),
        description=description,
        customer_ref=customer,
        mandate_ref=mandate,
    )
    return Call(attempt_id, gateway, "collect", order, ref, created_at, Holder(seller, mode))
