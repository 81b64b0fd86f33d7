"""Breaches of the ledger's own laws (invariant 1, first half): balanced transactions, true running balances."""

from collections.abc import Iterator

from django.db import connection

from tallystick.ledger.core.breach import Breach
from tallystick.ledger.models import AccountBalance, LedgerBook, LedgerEntry, LedgerTransaction

ENTRIES = LedgerEntry._meta.db_table
TRANSACTIONS = LedgerTransaction._meta.db_table
BALANCES = AccountBalance._meta.db_table
BOOKS = LedgerBook._meta.db_table

UNBALANCED = f"""
    SELECT t.id, t.kind, t.subject, t.entry_count, count(e.transaction_id), coalesce(sum(e.amount_minor), 0)::bigint
      FROM {TRANSACTIONS} t LEFT JOIN {ENTRIES} e ON e.transaction_id = t.id
     GROUP BY t.id HAVING coalesce(sum(e.amount_minor), 0) <> 0 OR count(e.transaction_id) <> t.entry_count
     ORDER BY t.id
"""

WRONG_BALANCE = f"""
    WITH summed AS (
        SELECT account_id,
               coalesce(sum(amount_minor) FILTER (WHERE ledger_account = 'receivable'), 0)::bigint AS receivable,
               coalesce(sum(amount_minor) FILTER (WHERE ledger_account = 'unbilled'), 0)::bigint AS unbilled,
               -coalesce(sum(amount_minor) FILTER (WHERE ledger_account = 'customer_credit'), 0)::bigint AS credit
          FROM {ENTRIES} WHERE account_id IS NOT NULL GROUP BY account_id)
    SELECT coalesce(b.account_id, s.account_id), b.receivable_minor, s.receivable, b.unbilled_minor, s.unbilled,
           b.customer_credit_minor, s.credit
      FROM {BALANCES} b FULL JOIN summed s ON s.account_id = b.account_id
     WHERE (coalesce(b.receivable_minor, 0), coalesce(b.unbilled_minor, 0), coalesce(b.customer_credit_minor, 0))
           <> (coalesce(s.receivable, 0), coalesce(s.unbilled, 0), coalesce(s.credit, 0))
     ORDER BY 1
"""

FOREIGN_BOOK = f"""
    SELECT DISTINCT e.transaction_id, e.account_id, a.currency, b.currency
      FROM {ENTRIES} e JOIN {TRANSACTIONS} t ON t.id = e.transaction_id JOIN {BOOKS} b ON b.id = t.book_id
      JOIN accounts_account a ON a.id = e.account_id
     WHERE (a.currency, a.seller_id) <> (b.currency, b.seller_id) ORDER BY 1
"""


def list_ledger_breaches() -> Iterator[Breach]:
    """Transactions that do not sum to zero, balances that are not their entries' sums, entries in a foreign book."""
    with connection.cursor() as cursor:
        cursor.execute(UNBALANCED)
        for row in cursor.fetchall():
            yield Breach(
                1,
                f"ledger transaction {row[0]} ({row[1]} {row[2]})",
                f"{row[4]} of {row[3]} entries, sum {row[5]}, not 0",
            )
        cursor.execute(WRONG_BALANCE)
        for row in cursor.fetchall():
            yield Breach(
                1,
                f"balance of account {row[0]}",
                f"receivable/unbilled/credit {row[1]}/{row[3]}/{row[5]}, but entries sum to {row[2]}/{row[4]}/{row[6]}",
            )
        cursor.execute(FOREIGN_BOOK)
        for row in cursor.fetchall():
            yield Breach(
                1, f"ledger transaction {row[0]}", f"an entry of account {row[1]} ({row[2]}) stands in a {row[3]} book"
            )
