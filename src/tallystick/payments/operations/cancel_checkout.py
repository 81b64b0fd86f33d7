"""Ask a gateway to close the page of an attempt, so that another can be opened in its place."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from tallystick.payments.models import AttemptPage, GatewayAccount, PaymentAttempt, PaymentMethod
from tallystick.payments.operations.call_gateways import Answered, call_gateways
from tallystick.payments.operations.send_attempts import CALL_COLUMNS, compose_call
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT

ATTEMPTS = PaymentAttempt._meta.db_table
METHODS = PaymentMethod._meta.db_table
PAGES = AttemptPage._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table


def cancel_checkouts(attempt_ids: Sequence[int], *, at: datetime, actor: Actor) -> list[Answered]:
    """Close those pages that wait for their customers; return the answers, for the caller to apply at once.

    Refused by the gateway is no failure of the payment: it may have been paid meanwhile. Not inside a transaction.
    """
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT {CALL_COLUMNS} FROM {ATTEMPTS} a JOIN {PAGES} w ON w.attempt_id = a.id
              LEFT JOIN {METHODS} m ON m.id = a.method_id JOIN {GATEWAYS} g ON g.id = a.gateway_account_id
             WHERE a.id = ANY(%s) AND a.status = 'action_required' AND a.gateway_ref <> ''
               AND a.quarantine_reason = '' ORDER BY a.id
            """,
            [list(attempt_ids)],
        )
        calls = [compose_call(row)._replace(kind="cancel") for row in cursor.fetchall()]
    return call_gateways(calls)
