"""Settle: allocate free customer credit to open documents. The same on arrival, at posting and before a payment run."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.db import connection

from tallystick.credit.queries import list_account_holds
from tallystick.invoicing.core.posting import allocation_transaction
from tallystick.invoicing.core.settlement import FreeCredit, Match, OpenDocument, match_credit, withhold_credit
from tallystick.invoicing.models import Allocation, CreditSource, Document
from tallystick.invoicing.queries.open_credit import list_free_credit, list_open_documents
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.plumbing.bulk import copy_rows

ALLOCATIONS = Allocation._meta.db_table
SOURCES = CreditSource._meta.db_table
DOCUMENTS = Document._meta.db_table


def settle_accounts(
    account_ids: Sequence[int], *, on: date, at: datetime, first: Collection[int] = ()
) -> dict[int, int]:
    """Allocate the accounts' free credit; return what each document received, in minor units.

    Named documents come first, then oldest due date, then lowest number (UNI-9, BIL-20). Locks the accounts.
    """
    lock_balances(account_ids)
    credit: dict[int, list[FreeCredit]] = defaultdict(list)
    for account_id, source in list_free_credit(account_ids):
        credit[account_id].append(source)
    withhold_held(credit)
    documents: dict[int, list[OpenDocument]] = defaultdict(list)
    books: dict[int, tuple[int, int]] = {}
    for row in list_open_documents(list(credit)):
        documents[row.account_id].append(row.document)
        books[row.document.document_id] = (row.book_id, row.account_id)
    matches = [
        (account_id, match)
        for account_id in sorted(credit)
        for match in match_credit(credit[account_id], documents=documents[account_id], first=first)
    ]
    record_allocations(matches, books={d: book for d, (book, _) in books.items()}, on=on, at=at)
    received: dict[int, int] = defaultdict(int)
    for _, match in matches:
        received[match.document_id] += match.amount_minor
    add_settled(received)
    return dict(received)


def withhold_held(credit: dict[int, list[FreeCredit]], *, but: Collection[str] = ()) -> set[str]:
    """Leave out of free credit what live holds claim, save those of the purposes in `but`; return which of these live.

    Nothing else may take what a draft will be paid with.
    """
    claimed: dict[int, int] = defaultdict(int)
    live: set[str] = set()
    for hold in list_account_holds(list(credit)) if credit else ():
        if hold.kind != "credit":
            continue
        if hold.purpose in but:
            live.add(hold.purpose)
        else:
            claimed[hold.account_id] += hold.amount_minor
    for account_id, amount_minor in claimed.items():
        credit[account_id] = withhold_credit(credit[account_id], amount_minor=amount_minor)
    return live


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


def add_settled(received: dict[int, int]) -> None:
    """Raise the settled amount of documents (id -> minor units)."""
    if not received:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {DOCUMENTS} d SET settled_minor = d.settled_minor + r.amount"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS r (id, amount) WHERE d.id = r.id",
            [list(received), list(received.values())],
        )
