"""What accounts were asked for in a month, and what they owe, from their documents and running balances."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from tallystick.invoicing.models import Document
from tallystick.ledger.models import AccountBalance
from tallystick.periods.period import Period
from tallystick.rollups.core.billing import Asked, Owed

DOCUMENTS = Document._meta.db_table
BALANCES = AccountBalance._meta.db_table

#: A voided document was issued too; the document that reverses it stands against it.
ISSUED = "d.status IN ('posted', 'voided')"
SIGNED_GROSS = "CASE WHEN d.kind = 'credit_note' THEN -d.gross_minor ELSE d.gross_minor END"
OPEN_MINOR = "d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor"
#: The first two conditions repeat the predicate of the index of open documents.
IS_OPEN = (
    "d.status = 'posted' AND d.gross_minor > d.settled_minor + d.written_off_minor + d.difference_minor"
    " AND d.kind <> 'credit_note'"
)


def list_asked(account_ids: Sequence[int], *, month: Period) -> dict[int, Asked]:
    """What the documents dated in a month ask for, by account id; accounts without any are missing."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.account_id, coalesce(sum({SIGNED_GROSS}) FILTER (WHERE {ISSUED}), 0)::bigint,
                   coalesce(sum({SIGNED_GROSS}) FILTER (WHERE d.status = 'draft'), 0)::bigint
              FROM {DOCUMENTS} d WHERE d.account_id = ANY(%s) AND d.invoice_on >= %s AND d.invoice_on < %s GROUP BY 1
            """,
            [list(account_ids), month.start_on, month.end_on],
        )
        return {account_id: Asked(*amounts) for account_id, *amounts in cursor.fetchall()}


def list_owed(account_ids: Sequence[int], *, as_of: date) -> dict[int, Owed]:
    """Receivable and its overdue part by account id; accounts that owe nothing are missing.

    The receivable is the account's running balance, which `check` proves to be what its documents have open; only the
    documents of those who owe are looked at.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT b.account_id, b.receivable_minor, coalesce((
                   SELECT sum({OPEN_MINOR}) FROM {DOCUMENTS} d
                    WHERE d.account_id = b.account_id AND {IS_OPEN} AND d.due_on < %s), 0)::bigint
              FROM {BALANCES} b WHERE b.account_id = ANY(%s) AND b.receivable_minor <> 0
            """,
            [as_of, list(account_ids)],
        )
        return {account_id: Owed(*amounts) for account_id, *amounts in cursor.fetchall()}
