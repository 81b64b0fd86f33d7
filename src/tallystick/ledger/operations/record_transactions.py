"""Record balanced transactions and move the running balances with them. The one way into the ledger."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from tallystick.ledger.core.entries import BalanceChange, NewTransaction, compute_balance_changes, require_balanced
from tallystick.ledger.models import AccountBalance, LedgerEntry, LedgerTransaction
from tallystick.plumbing.bulk import copy_rows, take_ids
from tallystick.plumbing.statements import as_array

TRANSACTIONS = LedgerTransaction._meta.db_table
ENTRIES = LedgerEntry._meta.db_table
BALANCES = AccountBalance._meta.db_table


def record_transactions(transactions: Sequence[NewTransaction], *, at: datetime) -> Sequence[int]:
    """Append transactions with all their entries and update balances; return their ids in the same order.

    Runs inside the caller's database transaction. All entries go in one statement, because the trigger that proves the
    sums sees one statement at a time. Raises InvariantBroken when one does not balance.
    """
    if not transactions:
        return []
    for transaction in transactions:
        require_balanced(transaction)
    ids = take_ids(TRANSACTIONS, len(transactions))
    copy_rows(
        TRANSACTIONS,
        ("id", "book_id", "kind", "subject", "occurred_on", "recorded_at", "entry_count"),
        (
            (i, t.book_id, t.kind, t.subject, t.occurred_on, at, len(t.entries))
            for i, t in zip(ids, transactions, strict=True)
        ),
    )
    copy_rows(
        ENTRIES,
        ("transaction_id", "position", "ledger_account", "amount_minor", "account_id", "detail"),
        (
            (i, position, *entry)
            for i, t in zip(ids, transactions, strict=True)
            for position, entry in enumerate(t.entries, 1)
        ),
    )
    _move_balances(compute_balance_changes(transactions))
    return ids


def _move_balances(changes: list[BalanceChange]) -> None:
    if not changes:
        return
    columns = [as_array(column) for column in zip(*changes, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {BALANCES} AS b (account_id, receivable_minor, unbilled_minor, customer_credit_minor)
            SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
            ON CONFLICT (account_id) DO UPDATE SET
                receivable_minor = b.receivable_minor + excluded.receivable_minor,
                unbilled_minor = b.unbilled_minor + excluded.unbilled_minor,
                customer_credit_minor = b.customer_credit_minor + excluded.customer_credit_minor
            """,
            columns,
        )
