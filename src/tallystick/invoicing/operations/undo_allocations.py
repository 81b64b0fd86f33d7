"""Undo allocations: a new opposite row each, the credit back to its source, the amount open again on its document."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from tallystick.invoicing.core.posting import allocation_transaction
from tallystick.invoicing.core.settlement import Match
from tallystick.invoicing.core.undoing import Placed, Undoing, plan_undoing
from tallystick.invoicing.models import Allocation, CreditSource
from tallystick.invoicing.operations.settle_accounts import add_settled, record_allocations
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.plumbing.statements import as_array, run_sql

SOURCES = CreditSource._meta.db_table


def free_allocations(placed: Sequence[Placed], *, free_minor: int, on: date, at: datetime) -> None:
    """Undo the newest of these until `free_minor` is free, or all. Under the account's lock."""
    undo_allocations(plan_undoing(placed, free_minor=free_minor), on=on, at=at)


def undo_allocations(undoings: Sequence[Undoing], *, on: date, at: datetime) -> None:
    """Undo each as a whole and match again at once what it keeps, so that no allocation is undone twice.

    A step of larger operations, which have asked their actor and hold the accounts' locks.
    """
    if not undoings:
        return
    placed = [undoing.placed for undoing in undoings]
    Allocation.objects.bulk_create(
        Allocation(
            account_id=each.account_id,
            source_id=each.source_id,
            document_id=each.document_id,
            amount_minor=-each.amount_minor,
            undoes_id=each.allocation_id,
            allocated_on=on,
            created_at=at,
        )
        for each in placed
    )
    _give_back(placed)
    _take_off(placed, at)
    record_transactions(
        [
            allocation_transaction(
                each.document_id,
                account_id=each.account_id,
                amount_minor=-each.amount_minor,
                book_id=each.book_id,
                occurred_on=on,
            )
            for each in placed
        ],
        at=at,
    )
    _match_again([undoing for undoing in undoings if undoing.keeps_minor], on, at)


def _give_back(placed: Sequence[Placed]) -> None:
    freed: dict[int, int] = defaultdict(int)
    for each in placed:
        freed[each.source_id] += each.amount_minor
    run_sql(
        f"UPDATE {SOURCES} s SET remaining_minor = s.remaining_minor + f.amount"
        " FROM unnest(%s::bigint[], %s::bigint[]) AS f (id, amount) WHERE s.id = f.id",
        [as_array(freed), as_array(freed.values())],
    )


def _take_off(placed: Sequence[Placed], at: datetime) -> None:
    reopened: dict[int, int] = defaultdict(int)
    for each in placed:
        reopened[each.document_id] -= each.amount_minor
    add_settled(reopened, at=at)


def _match_again(kept: Sequence[Undoing], on: date, at: datetime) -> None:
    matches = [
        (each.placed.account_id, Match(each.placed.source_id, each.placed.document_id, each.keeps_minor))
        for each in kept
    ]
    record_allocations(matches, books={each.placed.document_id: each.placed.book_id for each in kept}, on=on, at=at)
    settled: dict[int, int] = defaultdict(int)
    for _, match in matches:
        settled[match.document_id] += match.amount_minor
    add_settled(settled, at=at)
