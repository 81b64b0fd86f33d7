"""What decides whether invoices of a run may be charged: one query a chunk."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection

from tallystick.collection.core.eligibility import Chargeable, RetryRules
from tallystick.collection.models import DocumentRetry, PaymentRunItem
from tallystick.collection.queries.retries import get_retry_terms
from tallystick.invoicing.models import Document
from tallystick.payments.core.failures import FAILURES, Advice
from tallystick.payments.models import AttemptPurpose, GatewayAccount, PaymentAttempt, PaymentMethod
from tallystick.sellers.models import BillingRule

ITEMS = PaymentRunItem._meta.db_table
DOCUMENTS = Document._meta.db_table
METHODS = PaymentMethod._meta.db_table
GATEWAYS = GatewayAccount._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
RETRIES = DocumentRetry._meta.db_table
#: Failures that are not the customer's, and so no tries: our own trouble.
OURS = [code for code, words in FAILURES.items() if words.advice is Advice.FIX_SETUP]


DAY, MONTH = timedelta(days=1), timedelta(days=30)
OF_RETRIES = ("next_attempt_at", "tries", "failure_limit", "card_failures_today", "card_failures_of_amount")


class ItemToCharge(NamedTuple):
    """An invoice of a run with what it takes to charge it; amounts in minor units."""

    item_id: int
    account_id: int
    document_id: int
    number: str
    due_on: date
    currency: str
    credited_minor: int
    gateway_account_id: int | None
    case: Chargeable


def get_retry_rules(seller_id: int) -> RetryRules:
    """Hours between two tries, after how many failures in a row a method rests (ZUO-42), and the networks' limits."""
    rule = BillingRule.objects.get(seller_id=seller_id)
    terms = get_retry_terms(seller_id)
    return RetryRules(
        rule.attempt_wait_hours,
        rule.max_consecutive_failures,
        terms.tries_an_invoice,
        terms.tries_a_card_a_day,
        terms.tries_a_card_and_amount,
    )


def list_items_to_charge(item_ids: Collection[int], *, at: datetime) -> list[ItemToCharge]:
    """Items with their facts, by account; inside one the oldest due date first, then the lowest number (ZUO-46)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT i.id, i.account_id, i.document_id, coalesce(d.number, ''), d.due_on, d.currency, i.credited_minor,
                   m.gateway_account_id,
                   CASE WHEN d.status = 'posted'
                        THEN d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor ELSE 0 END,
                   m.id, coalesce(m.state, ''), coalesce(g.is_active, FALSE), coalesce(m.consecutive_failures, 0),
                   EXISTS (SELECT 1 FROM {PURPOSES} p WHERE p.purpose = 'document:' || d.id AND p.is_live),
                   f.final_at, coalesce(f.failure_code, ''), f.method_id, r.next_attempt_at, coalesce(r.tries, 0),
                   m.failure_limit, c.today, c.of_amount
              FROM {ITEMS} i JOIN {DOCUMENTS} d ON d.id = i.document_id
              LEFT JOIN {METHODS} m ON m.account_id = i.account_id AND m.is_default
              LEFT JOIN {GATEWAYS} g ON g.id = m.gateway_account_id
              LEFT JOIN LATERAL (
                   SELECT a.final_at, a.failure_code, a.method_id
                     FROM {PURPOSES} p JOIN {ATTEMPTS} a ON a.id = p.attempt_id
                    WHERE p.purpose = 'document:' || d.id AND a.status = 'failed' AND a.method_id IS NOT NULL
                    ORDER BY a.final_at DESC, a.id DESC LIMIT 1) f ON TRUE
              LEFT JOIN {RETRIES} r ON r.document_id = d.id AND r.method_id = m.id
              LEFT JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE a.final_at > %s) AS today,
                          count(*) FILTER (WHERE a.amount_minor = d.gross_minor - d.settled_minor - d.written_off_minor
                                                                  - d.difference_minor) AS of_amount
                     FROM {METHODS} s JOIN {ATTEMPTS} a ON a.method_id = s.id
                    WHERE m.kind = 'card' AND s.fingerprint = m.fingerprint
                      AND s.gateway_account_id = m.gateway_account_id
                      AND a.status = 'failed' AND a.final_at > %s AND a.failure_code <> ALL(%s)) c ON TRUE
             WHERE i.id = ANY(%s)
             ORDER BY i.account_id, d.due_on, d.sequence_number, d.id
            """,
            [at - DAY, at - MONTH, OURS, list(item_ids)],
        )
        return [_read(*row) for row in cursor.fetchall()]


def list_unsent_attempts(run_id: int, *, position: int) -> list[int]:
    """Attempts of a chunk that were written down and never sent, in the order of their writing."""
    items = PaymentRunItem.objects.filter(run_id=run_id, chunk_position=position)
    unsent = PaymentAttempt.objects.filter(status="created", payment_run_items__in=items)
    return list(unsent.order_by("pk").values_list("pk", flat=True))


def _read(
    item_id: int,
    account_id: int,
    document_id: int,
    number: str,
    due_on: date,
    currency: str,
    credited_minor: int,
    gateway_account_id: int | None,
    open_minor: int,
    method_id: int | None,
    method_state: str,
    is_gateway_active: bool,
    consecutive_failures: int,
    is_being_paid: bool,
    last_failed_at: datetime | None,
    last_failure_code: str,
    last_method_id: int | None,
    *of_retries: Any,
) -> ItemToCharge:
    case = Chargeable(
        open_minor=open_minor,
        method_id=method_id,
        method_state=method_state,
        is_gateway_active=is_gateway_active,
        consecutive_failures=consecutive_failures,
        is_being_paid=is_being_paid,
        last_failed_at=last_failed_at,
        last_failure_code=last_failure_code,
        last_method_id=last_method_id,
    )._replace(**dict(zip(OF_RETRIES, of_retries, strict=True)))
    return ItemToCharge(
        item_id, account_id, document_id, number, due_on, currency, credited_minor, gateway_account_id, case
    )
