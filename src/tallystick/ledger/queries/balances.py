"""Reads of the ledger: balances of accounts and sums by ledger account."""

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from tallystick.ledger.models import AccountBalance, LedgerBook, LedgerEntry, LedgerTransaction

ENTRIES = LedgerEntry._meta.db_table
TRANSACTIONS = LedgerTransaction._meta.db_table
BOOKS = LedgerBook._meta.db_table


class AccountSum(NamedTuple):
    """What stands on a ledger account of a book: debits minus credits, in minor units of `currency`."""

    seller_code: str
    currency: str
    ledger_account: str
    amount_minor: int


def find_balance(account_id: int) -> AccountBalance:
    """The account's running balance; all zero while nothing was booked."""
    return AccountBalance.objects.filter(account_id=account_id).first() or AccountBalance(account_id=account_id)


def list_balances(account_ids: Sequence[int]) -> dict[int, AccountBalance]:
    """Running balances by account id; accounts without bookings are missing."""
    return {row.account_id: row for row in AccountBalance.objects.filter(account_id__in=account_ids)}


def sum_ledger_accounts(seller_code: str = "") -> list[AccountSum]:
    """The trial balance: every ledger account of every book (or of one seller). Amounts sum to zero in each book."""
    condition, params = ("WHERE s.code = %s", [seller_code]) if seller_code else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT s.code, b.currency, e.ledger_account, sum(e.amount_minor)::bigint
              FROM {ENTRIES} e JOIN {TRANSACTIONS} t ON t.id = e.transaction_id
              JOIN {BOOKS} b ON b.id = t.book_id JOIN sellers_seller s ON s.id = b.seller_id
              {condition} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """,
            params,
        )
        return [AccountSum(*row) for row in cursor.fetchall()]
