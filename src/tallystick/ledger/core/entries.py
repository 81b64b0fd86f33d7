"""Ledger transactions as plain values, and the rule that they balance."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from tallystick.errors import InvariantBroken
from tallystick.ledger.core.chart import CUSTOMER_CREDIT, RECEIVABLE, UNBILLED


class Entry(NamedTuple):
    """One side: `amount_minor` above zero is a debit, below zero a credit."""

    ledger_account: str
    amount_minor: int
    account_id: int | None = None
    detail: str = ""


class NewTransaction(NamedTuple):
    """A transaction to be recorded. `subject` is its cause as text, such as "document:17"."""

    book_id: int
    kind: str
    subject: str
    occurred_on: date
    entries: Sequence[Entry]


class BalanceChange(NamedTuple):
    """What a set of transactions does to one account's running balance, in minor units."""

    account_id: int
    receivable_minor: int
    unbilled_minor: int
    customer_credit_minor: int


def require_balanced(transaction: NewTransaction) -> None:
    """Raise InvariantBroken when a transaction's entries do not sum to zero or are fewer than two."""
    if len(transaction.entries) < 2 or sum(entry.amount_minor for entry in transaction.entries) != 0:
        raise InvariantBroken(f"ledger transaction {transaction.kind} of {transaction.subject} does not balance")


def compute_balance_changes(transactions: Iterable[NewTransaction]) -> list[BalanceChange]:
    """Sum the account-carrying entries per account, ordered by account id (the lock order)."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0, 0])
    for transaction in transactions:
        for ledger_account, amount_minor, account_id, _ in transaction.entries:
            if account_id is None:
                continue
            if ledger_account == RECEIVABLE:
                sums[account_id][0] += amount_minor
            elif ledger_account == UNBILLED:
                sums[account_id][1] += amount_minor
            elif ledger_account == CUSTOMER_CREDIT:
                # customer credit is a debt of ours: a credit entry (negative) raises it
                sums[account_id][2] -= amount_minor
    return [BalanceChange(account_id, *sums[account_id]) for account_id in sorted(sums)]
