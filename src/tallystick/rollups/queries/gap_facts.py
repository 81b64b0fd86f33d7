"""What the gap is worked out from: invoices dated in a month, what settled them, and the charges made for them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from tallystick.collection.core.eligibility import GATEWAY_INACTIVE, METHOD_UNUSABLE, NO_METHOD
from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.payments.models import AttemptPurpose, Payment, PaymentAttempt
from tallystick.payments.queries import ChargeableMethod, list_default_methods
from tallystick.periods.period import Period
from tallystick.rollups.core.gap import Settled
from tallystick.rollups.core.gap_reasons import Charge
from tallystick.rollups.queries.owed import ISSUED
from tallystick.rollups.queries.payment_invoices import DOCUMENT_PURPOSE

DOCUMENTS = Document._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table
PAYMENTS = Payment._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table


class IssuedDocument(NamedTuple):
    """A document dated in the month, amounts in minor units."""

    document_id: int
    account_id: int
    number: str
    kind: str
    is_remitted: bool
    due_on: date
    gross_minor: int
    written_off_minor: int
    difference_minor: int


class Charges(NamedTuple):
    """The charge of an invoice that may still move, and the newest one that ended."""

    live: Charge | None = None
    last: Charge | None = None


def list_issued(account_ids: Sequence[int], *, month: Period) -> list[IssuedDocument]:
    """The issued documents of accounts that are dated in a month, by account and id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.id, d.account_id, coalesce(d.number, ''), d.kind, d.collection_method = 'remittance', d.due_on,
                   d.gross_minor, d.written_off_minor, d.difference_minor
              FROM {DOCUMENTS} d WHERE d.account_id = ANY(%s) AND {ISSUED} AND d.invoice_on >= %s AND d.invoice_on < %s
             ORDER BY d.account_id, d.id
            """,
            [list(account_ids), *month],
        )
        return [IssuedDocument._make(row) for row in cursor.fetchall()]


def list_settled(document_ids: Sequence[int], *, month: Period) -> dict[int, Settled]:
    """What each of these invoices was settled by; those that nothing settled are missing.

    Money that was recorded before the invoice was posted waited as customer credit and is `from before`.
    """
    credit_note = "n.id IS NOT NULL AND n.invoice_on >= %s AND n.invoice_on < %s"
    money = "p.id IS NOT NULL AND p.recorded_at >= d.posted_at"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT document_id, coalesce(sum(amount_minor) FILTER (WHERE way = 'gateway'), 0)::bigint,
                   coalesce(sum(amount_minor) FILTER (WHERE way = 'transfer'), 0)::bigint,
                   coalesce(sum(amount_minor) FILTER (WHERE way = 'before'), 0)::bigint,
                   coalesce(sum(amount_minor) FILTER (WHERE way = 'credit_note'), 0)::bigint
              FROM (SELECT x.document_id, x.amount_minor,
                           CASE WHEN {credit_note} THEN 'credit_note' WHEN {money} THEN p.kind ELSE 'before' END AS way
                      FROM {ALLOCATIONS} x JOIN {DOCUMENTS} d ON d.id = x.document_id
                      JOIN {SOURCES} s ON s.id = x.source_id
                      LEFT JOIN {PAYMENTS} p ON p.id = s.payment_id LEFT JOIN {DOCUMENTS} n ON n.id = s.document_id
                     WHERE x.document_id = ANY(%s)) settled
             GROUP BY 1
            """,
            [*month, list(document_ids)],
        )
        return {document_id: Settled(*amounts) for document_id, *amounts in cursor.fetchall()}


def list_credit_used(document_ids: Sequence[int], *, month: Period) -> dict[int, int]:
    """What of each credit note settled invoices dated in the month, in minor units."""
    if not document_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.document_id, sum(x.amount_minor)::bigint
              FROM {SOURCES} s JOIN {ALLOCATIONS} x ON x.source_id = s.id JOIN {DOCUMENTS} d ON d.id = x.document_id
             WHERE s.document_id = ANY(%s) AND {ISSUED} AND d.invoice_on >= %s AND d.invoice_on < %s GROUP BY 1
            """,
            [list(document_ids), *month],
        )
        return dict(cursor.fetchall())


def list_charges(document_ids: Iterable[int]) -> dict[int, Charges]:
    """The charges made for invoices; those that were never charged are missing."""
    purposes = [f"{DOCUMENT_PURPOSE}{document_id}" for document_id in document_ids]
    if not purposes:
        return {}
    found: dict[int, Charges] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT DISTINCT ON (x.purpose, x.is_live) split_part(x.purpose, ':', 2)::bigint, x.is_live,
                   t.status, x.amount_minor, t.failure_code, t.quarantine_reason, t.dashboard_url
              FROM {PURPOSES} x JOIN {ATTEMPTS} t ON t.id = x.attempt_id
             WHERE x.purpose = ANY(%s) ORDER BY x.purpose, x.is_live, t.id DESC
            """,
            [purposes],
        )
        for document_id, is_live, *facts in cursor.fetchall():
            charges = found.get(document_id, Charges())
            charge = Charge(*facts)
            found[document_id] = charges._replace(live=charge) if is_live else charges._replace(last=charge)
    return found


def list_method_problems(account_ids: Sequence[int]) -> dict[int, str]:
    """Why an account's method can't be charged, as a payment run would say it; "" when it can."""
    methods = list_default_methods(account_ids) if account_ids else {}
    return {account_id: _find_problem(methods.get(account_id)) for account_id in account_ids}


def _find_problem(method: ChargeableMethod | None) -> str:
    if method is None:
        return NO_METHOD
    if method.state != "valid":
        return METHOD_UNUSABLE
    return "" if method.gateway_is_active else GATEWAY_INACTIVE
