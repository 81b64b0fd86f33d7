"""What the gap is worked out from: invoices dated in a month, what settled them, and the charges made for them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import connection

from tallystick.collection.core.eligibility import GATEWAY_INACTIVE, METHOD_UNUSABLE, NO_METHOD
from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.payments.models import AttemptPurpose, Dispute, Payment, PaymentAttempt, Refund
from tallystick.payments.queries import ChargeableMethod, list_default_methods
from tallystick.periods.period import Period
from tallystick.rollups.core.gap import Settled, SettledSum
from tallystick.rollups.core.gap_reasons import Charge
from tallystick.rollups.queries.documents_sql import ISSUED
from tallystick.rollups.queries.payment_invoices import DOCUMENT_PURPOSE
from tallystick.rollups.queries.rollup_accounts import ASKED_ACCOUNTS, Condition

DOCUMENTS = Document._meta.db_table
ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table
PAYMENTS = Payment._meta.db_table
PURPOSES = AttemptPurpose._meta.db_table
ATTEMPTS = PaymentAttempt._meta.db_table
REFUNDS = Refund._meta.db_table
DISPUTES = Dispute._meta.db_table


# What settled a document `d`: each allocation `x`, from a payment `p` or a credit note `n`. Money that was recorded
# before the document was posted waited as customer credit, and so came "from before".
SETTLED_BY = (
    f"LEFT JOIN ({ALLOCATIONS} x JOIN {SOURCES} s ON s.id = x.source_id LEFT JOIN {PAYMENTS} p ON p.id = s.payment_id"
    f" LEFT JOIN {DOCUMENTS} n ON n.id = s.document_id) ON x.document_id = d.id"
)
IN_MONTH = "d.invoice_on >= %(month_start_on)s AND d.invoice_on < %(month_end_on)s"
_WAY = (
    "CASE WHEN n.invoice_on >= %(month_start_on)s AND n.invoice_on < %(month_end_on)s THEN 'credit_note'"
    " WHEN p.recorded_at >= d.posted_at THEN p.kind ELSE 'before' END"
)
#: The sums of `Settled`, in its order.
_WAYS = ", ".join(
    f"coalesce(sum(x.amount_minor) FILTER (WHERE {_WAY} = '{way}'), 0)::bigint"
    for way in ("gateway", "transfer", "before", "credit_note")
)


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


def month_params(month: Period) -> dict[str, date]:
    """A month as parameters of a statement."""
    return {"month_start_on": month.start_on, "month_end_on": month.end_on}


def compose_asked(condition: Condition, *, month: Period, has_gap: bool) -> Condition:
    """Those accounts for which a condition holds that were asked for something in a month, with a gap or without.

    Without a credit note dated in the month there is a gap just where an invoice was not settled in full; with one
    there may be: then the accounts are taken as if there were.
    """
    asked = f"SELECT 1 FROM {DOCUMENTS} d WHERE d.account_id = a.id AND {ISSUED} AND {IN_MONTH}"
    gap = f"EXISTS ({asked} AND (d.kind = 'credit_note' OR d.gross_minor <> d.settled_minor))"
    text = gap if has_gap else f"EXISTS ({asked}) AND NOT {gap}"
    return condition.also(text, **month_params(month))


def list_issued(account_ids: Sequence[int], *, month: Period) -> list[IssuedDocument]:
    """The issued documents of accounts that are dated in a month, by account and id."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.id, d.account_id, coalesce(d.number, ''), d.kind, d.collection_method = 'remittance', d.due_on,
                   d.gross_minor, d.written_off_minor, d.difference_minor
              FROM {DOCUMENTS} d WHERE d.account_id = ANY(%(account_ids)s) AND {ISSUED} AND {IN_MONTH}
             ORDER BY d.account_id, d.id
            """,
            {"account_ids": list(account_ids), **month_params(month)},
        )
        return [IssuedDocument._make(row) for row in cursor.fetchall()]


def list_settled(document_ids: Sequence[int], *, month: Period) -> dict[int, Settled]:
    """What each of these invoices was settled by."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT d.id, {_WAYS} FROM {DOCUMENTS} d {SETTLED_BY} WHERE d.id = ANY(%(document_ids)s) GROUP BY 1",
            {"document_ids": list(document_ids), **month_params(month)},
        )
        return {document_id: Settled(*amounts) for document_id, *amounts in cursor.fetchall()}


def list_settled_sums(condition: Condition, *, month: Period) -> list[SettledSum]:
    """What accounts were asked for in a month, by currency, where a condition says that all of it is settled."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH who AS MATERIALIZED (SELECT a.id, a.currency FROM {ASKED_ACCOUNTS} WHERE {condition.text})
            SELECT who.currency, count(DISTINCT who.id), {_WAYS}
              FROM who JOIN {DOCUMENTS} d ON d.account_id = who.id AND {ISSUED} AND {IN_MONTH} {SETTLED_BY} GROUP BY 1
            """,
            {**condition.params, **month_params(month)},
        )
        return [SettledSum(currency, accounts, Settled(*ways)) for currency, accounts, *ways in cursor.fetchall()]


def list_credit_used(document_ids: Sequence[int], *, month: Period) -> dict[int, int]:
    """What of each credit note settled invoices dated in the month, in minor units."""
    if not document_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.document_id, sum(x.amount_minor)::bigint
              FROM {SOURCES} s JOIN {ALLOCATIONS} x ON x.source_id = s.id JOIN {DOCUMENTS} d ON d.id = x.document_id
             WHERE s.document_id = ANY(%(document_ids)s) AND {ISSUED} AND {IN_MONTH} GROUP BY 1
            """,
            {"document_ids": list(document_ids), **month_params(month)},
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


def list_went_back(document_ids: Iterable[int]) -> dict[int, int]:
    """What went back of the payments that were made for invoices, in minor units; none of those that failed to."""
    purposes = [f"{DOCUMENT_PURPOSE}{document_id}" for document_id in document_ids]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT split_part(x.purpose, ':', 2)::bigint, sum(b.amount_minor)::bigint
              FROM {PURPOSES} x JOIN {PAYMENTS} p ON p.attempt_id = x.attempt_id
              JOIN (SELECT payment_id, amount_minor FROM {REFUNDS} WHERE status NOT IN ('failed', 'canceled')
                    UNION ALL SELECT payment_id, amount_minor FROM {DISPUTES} WHERE status <> 'won') b
                ON b.payment_id = p.id
             WHERE x.purpose = ANY(%s) GROUP BY 1
            """,
            [purposes],
        )
        return dict(cursor.fetchall())


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
