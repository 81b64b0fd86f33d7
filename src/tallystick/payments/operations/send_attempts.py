"""Send attempts to their gateways: claim and commit first, then call with no transaction open (R1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from tallystick.money.amount import Money
from tallystick.payments.core.answers import Checkout, Collect
from tallystick.payments.core.look_schedule import IN_FLIGHT, SEND_DEADLINE
from tallystick.payments.core.ports import Holder
from tallystick.payments.models import AttemptPage, GatewayAccount, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered, Call, call_gateways
from tallystick.payments.operations.close_unsent import give_up_unsent
from tallystick.payments.operations.record_events import Moved, record_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT
from tallystick.sellers.models import Seller

ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
PAGES = AttemptPage._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
SELLERS = Seller._meta.db_table

#: The columns of an attempt (a), its method (m) or page (w), and its gateway account (g) that make a call.
CALL_COLUMNS = (
    "a.id, g.kind, a.our_id, a.key, a.amount_minor, a.currency, a.description,"
    " coalesce(m.customer_ref, w.customer_ref), m.gateway_ref, w.return_url, w.language,"
    f" a.gateway_ref, a.created_at, (SELECT code FROM {SELLERS} WHERE id = g.seller_id), g.mode"
)


def send_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor, concurrency: int = 1) -> list[Answered]:
    """Send those of the attempts that wait to be sent; return the answers, for the caller to apply at once.

    Refuses to run inside a transaction, as `claim_attempts` does. What is not applied, because the process dies, is
    looked up two minutes later.
    """
    return call_gateways(claim_attempts(attempt_ids, at=at, actor=actor), concurrency=concurrency)


def claim_attempts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor) -> list[Call]:
    """Commit that this process is about to send those of the attempts that wait to be sent; return the calls to make.

    Attempts that another worker holds, that were sent already, or whose gateway is switched off are left alone; those
    that have waited too long are given up. Refuses to run inside a transaction: the claim must be committed before the
    first call goes out.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True):
        give_up_unsent(attempt_ids, created_before=at - SEND_DEADLINE, at=at, actor=actor)
        calls = _claim(attempt_ids, at)
        record_events((Moved(call.attempt_id, "send", "created", "submitting") for call in calls), at=at, actor=actor)
    return calls


def _claim(attempt_ids: Sequence[int], at: datetime) -> list[Call]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {ATTEMPTS} a
               SET status = 'submitting', sends = a.sends + 1, looks = 0, sent_at = %(at)s,
                   first_sent_at = coalesce(a.first_sent_at, %(at)s), look_again_at = %(lost_at)s
              FROM (SELECT id, method_id FROM {ATTEMPTS}
                     WHERE id = ANY(%(ids)s) AND status = 'created' AND quarantine_reason = ''
                     ORDER BY id FOR UPDATE SKIP LOCKED) free
              LEFT JOIN {METHODS} m ON m.id = free.method_id
              LEFT JOIN {PAGES} w ON w.attempt_id = free.id, {GATEWAYS} g
             WHERE a.id = free.id AND g.id = a.gateway_account_id AND g.is_active
            RETURNING {CALL_COLUMNS}
            """,
            {"at": at, "lost_at": at + IN_FLIGHT, "ids": list(attempt_ids)},
        )
        return sorted((compose_call(row) for row in cursor.fetchall()), key=lambda call: call.attempt_id)


def compose_call(row: Sequence[Any]) -> Call:
    """The charge or the page of an attempt from CALL_COLUMNS: the same for every send, so its key means the same."""
    attempt_id, gateway, our_id, key, minor, currency, description, customer, mandate, return_url, *rest = row
    language, ref, created_at, seller, mode = rest
    whole = (str(our_id), key, Money(minor, currency), description)
    order: Collect | Checkout
    if return_url is None:
        order = Collect(*whole, customer_ref=customer, mandate_ref=mandate)
        return Call(attempt_id, gateway, "collect", order, ref, created_at, Holder(seller, mode))
    order = Checkout(*whole, return_url=return_url, customer_ref=customer, language=language)
    return Call(attempt_id, gateway, "checkout", order, ref, created_at, Holder(seller, mode))
