"""Settle: allocate free customer credit to open documents. The same on arrival, at posting and before a payment run."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from django.db import connection

from tallystick.credit.models import Hold
from tallystick.credit.queries import list_holds_by_purpose
from tallystick.invoicing.core.posting import allocation_transaction
from tallystick.invoicing.core.settlement import NO_SHARES, FreeCredit, Match, OpenDocument, match_credit
from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.invoicing.queries.open_credit import list_free_credit, list_open_documents
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.plumbing.bulk import copy_rows
from tallystick.plumbing.outbox import announce

ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table
DOCUMENTS = Document._meta.db_table


def settle_accounts(
    account_ids: Sequence[int],
    *,
    on: date,
    at: datetime,
    first: Collection[int] = (),
    shares: Mapping[int, int] = NO_SHARES,
) -> dict[int, int]:
    """Allocate the accounts' free credit; return what each document received, in minor units.

    Amounts named for documents (`shares`, MAX-30) come first, then named documents, then oldest due date, then lowest
    number (UNI-9, BIL-20). Credit that is held for a draft is left for it. Locks the accounts.
    """
    lock_balances(account_ids)
    credit: dict[int, list[FreeCredit]] = defaultdict(list)
    for account_id, source in list_free_credit(account_ids):
        credit[account_id].append(source)
    held = list_holds_by_purpose(list(credit), kind=Hold.CREDIT)
    documents: dict[int, list[OpenDocument]] = defaultdict(list)
    books: dict[int, tuple[int, int]] = {}
    for row in list_open_documents(list(credit)):
        documents[row.account_id].append(row.document)
        books[row.document.document_id] = (row.book_id, row.account_id)
    matches = [
        (account_id, match)
        for account_id in sorted(credit)
        for match in match_credit(
            credit[account_id],
            documents=documents[account_id],
            first=first,
            held=held.get(account_id, {}),
            shares=shares,
        )
    ]
    record_allocations(matches, books={d: book for d, (book, _) in books.items()}, on=on, at=at)
    received: dict[int, int] = defaultdict(int)
    for _, match in matches:
        received[match.document_id] += match.amount_minor
    add_settled(received, at=at)
    return dict(received)


def record_allocations(matches: Sequence[tuple[int, Match]], *, books: dict[int, int], on: date, at: datetime) -> None:
    """Write allocations (account id, match), take them off their sources and post them, all in bulk.

    `books` maps document id to the ledger book. The caller updates the documents' settled amounts.
    """
    if not matches:
        return
    copy_rows(
        ALLOCATIONS,
        ("account_id", "source_id", "document_id", "amount_minor", "allocated_on", "created_at"),
        ((account_id, m.source_id, m.document_id, m.amount_minor, on, at) for account_id, m in matches),
    )
    taken: dict[int, int] = defaultdict(int)
    for _, match in matches:
        taken[match.source_id] += match.amount_minor
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {SOURCES} s SET remaining_minor = s.remaining_minor - t.amount"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS t (id, amount) WHERE s.id = t.id",
            [list(taken), list(taken.values())],
        )
    record_transactions(
        [
            allocation_transaction(
                m.document_id,
                account_id=account_id,
                amount_minor=m.amount_minor,
                book_id=books[m.document_id],
                occurred_on=on,
            )
            for account_id, m in matches
        ],
        at=at,
    )


def add_settled(received: dict[int, int], *, at: datetime) -> None:
    """Raise or lower what is settled of documents (id -> minor units); announce which are paid or open again."""
    if not received:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DOCUMENTS} d SET settled_minor = d.settled_minor + r.amount"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS r (id, amount) WHERE d.id = r.id"
            " RETURNING d.id, r.amount, d.gross_minor - d.settled_minor - d.written_off_minor - d.difference_minor",
            [list(received), list(received.values())],
        )
        changed = cursor.fetchall()
    paid = [document_id for document_id, amount, still_open in changed if amount > 0 and still_open == 0]
    reopened = [document_id for document_id, amount, still_open in changed if amount < 0 and still_open == -amount]
    announce("document", paid, event="settle", at=at)
    announce("document", reopened, event="reopen", at=at)
