"""Ledger transactions balance, and say what they do to an account's running balance."""

from datetime import date

import pytest

from tallystick.errors import InvariantBroken
from tallystick.ledger.core.entries import (
    BalanceChange,
    Entry,
    NewTransaction,
    compute_balance_changes,
    require_balanced,
)


def transaction(*entries: Entry) -> NewTransaction:
    return NewTransaction(1, "invoice", "document:1", date(2026, 3, 1), entries)


def test_a_transaction_that_sums_to_zero_passes() -> None:
    require_balanced(transaction(Entry("receivable", 121, 5), Entry("revenue", -100), Entry("tax_payable", -21)))


@pytest.mark.parametrize("entries", [(), (Entry("revenue", 0),), (Entry("receivable", 121, 5), Entry("revenue", -120))])
def test_a_transaction_that_does_not_balance_or_has_one_side_is_a_broken_promise(entries: tuple[Entry, ...]) -> None:
    with pytest.raises(InvariantBroken, match="document:1"):
        require_balanced(transaction(*entries))


def test_balances_move_by_receivable_and_by_credit_with_its_sign_turned() -> None:
    posted = transaction(Entry("receivable", 121, 5), Entry("revenue", -121, 5))
    paid = transaction(Entry("clearing", 50), Entry("customer_credit", -50, 5))
    allocated = transaction(Entry("customer_credit", 50, 5), Entry("receivable", -50, 5))
    drawn = transaction(Entry("unbilled", 10, 3), Entry("revenue", -10, 3))
    assert compute_balance_changes([posted, paid, allocated, drawn]) == [
        BalanceChange(3, 0, 10, 0),
        BalanceChange(5, 71, 0, 0),
    ]
