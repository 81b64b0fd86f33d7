"""What can be settled: free credit and open documents of accounts, in bulk."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from tallystick.invoicing.core.settlement import FreeCredit, OpenDocument
from tallystick.invoicing.models import CreditSource, Document
from tallystick.ledger.models import LedgerBook
from tallystick.plumbing.statements import as_array

SOURCES = CreditSource._meta.db_table
DOCUMENTS = Document._meta.db_table
BOOKS = LedgerBook._meta.db_table


class AccountDocument(NamedTuple):
    """An open document with its account and ledger book."""

    account_id: int
    book_id: int
    document: OpenDocument


def list_free_credit(account_ids: Sequence[int]) -> list[tuple[int, FreeCredit]]:
    """Sources with something left, oldest first, as (account id, source)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT account_id, id, arrived_on, remaining_minor FROM {SOURCES}"
            " WHERE account_id = ANY(%s::bigint[]) AND remaining_minor > 0 ORDER BY account_id, arrived_on, id",
            [as_array(account_ids)],
        )
        return [(row[0], FreeCredit(*row[1:])) for row in cursor.fetchall()]


def list_open_documents(account_ids: Sequence[int]) -> list[AccountDocument]:
    """Posted invoices and debit notes with something to pay. Drafts never count."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT d.account_id, b.id, d.id, d.due_on, d.sequence_number,
                   d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor
              FROM {DOCUMENTS} d JOIN {BOOKS} b ON b.seller_id = d.seller_id AND b.currency = d.currency
             WHERE d.account_id = ANY(%s::bigint[]) AND d.status = 'posted' AND d.kind <> 'credit_note'
               AND d.gross_minor > d.settled_minor + d.written_off_minor + d.difference_minor
            """,
            [as_array(account_ids)],
        )
        return [AccountDocument(row[0], row[1], OpenDocument(*row[2:])) for row in cursor.fetchall()]
