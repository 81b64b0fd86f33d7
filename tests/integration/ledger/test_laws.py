"""The database itself keeps the ledger's laws, whatever the code does."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tallystick.errors import InvariantBroken
from tallystick.ledger.core.entries import Entry, NewTransaction
from tallystick.ledger.models import AccountBalance, LedgerEntry, LedgerTransaction
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.operations.open_book import open_book
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.plumbing.bulk import copy_rows
from tests.support.builders import AT, build_account, build_seller

pytestmark = pytest.mark.django_db

MARCH = date(2026, 3, 1)


@pytest.fixture
def book() -> int:
    return open_book(build_seller(), currency="EUR").pk


def account_of(book: int) -> int:
    from tallystick.ledger.models import LedgerBook

    return build_account(LedgerBook.objects.get(pk=book).seller).pk


def posted(book: int, account_id: int, amount_minor: int = 121_00) -> NewTransaction:
    entries = (Entry("receivable", amount_minor, account_id), Entry("revenue", -amount_minor, account_id, "seats"))
    return NewTransaction(book, "invoice", "document:1", MARCH, entries)


def test_a_balanced_transaction_moves_the_running_balance_with_it(book: int) -> None:
    account_id = account_of(book)
    (transaction_id,) = record_transactions([posted(book, account_id)], at=AT)
    assert LedgerEntry.objects.filter(transaction_id=transaction_id).count() == 2
    record_transactions([posted(book, account_id, 79_00)], at=AT)
    balance = AccountBalance.objects.get(pk=account_id)
    assert (balance.receivable_minor, balance.balance_minor) == (200_00, -200_00)


def test_code_that_does_not_balance_is_stopped_before_the_database(book: int) -> None:
    broken = NewTransaction(book, "invoice", "document:1", MARCH, (Entry("bank", 5), Entry("revenue", -4)))
    with pytest.raises(InvariantBroken):
        record_transactions([broken], at=AT)
    assert not LedgerTransaction.objects.exists()


@pytest.mark.parametrize("amounts", [(121, -120), (121,), (60, 61, -121)])
def test_copy_of_entries_that_do_not_balance_or_are_not_whole_is_refused(book: int, amounts: tuple[int, ...]) -> None:
    owner = LedgerTransaction.objects.create(
        book_id=book, kind="invoice", subject="document:1", occurred_on=MARCH, recorded_at=AT, entry_count=2
    )
    rows = [(owner.pk, position, "bank", amount, "") for position, amount in enumerate(amounts, 1)]
    with pytest.raises(IntegrityError, match="does not balance or is not written whole"), transaction.atomic():
        copy_rows(
            "ledger_ledgerentry", ("transaction_id", "position", "ledger_account", "amount_minor", "detail"), rows
        )


def test_entries_can_not_be_added_to_a_transaction_later_even_if_they_sum_to_zero(book: int) -> None:
    (owner,) = record_transactions([posted(book, account_of(book))], at=AT)
    rows = [(owner, 3, "bank", 5, ""), (owner, 4, "fees", -5, "")]
    with pytest.raises(IntegrityError, match="not written whole"), transaction.atomic():
        copy_rows(
            "ledger_ledgerentry", ("transaction_id", "position", "ledger_account", "amount_minor", "detail"), rows
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_ledgerentry SET amount_minor = 0",
        "DELETE FROM ledger_ledgerentry",
        "TRUNCATE ledger_ledgerentry",
        "UPDATE ledger_ledgertransaction SET kind = 'other'",
        "DELETE FROM ledger_ledgertransaction",
    ],
)
def test_what_is_written_stays(book: int, statement: str) -> None:
    record_transactions([posted(book, account_of(book))], at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)


def test_the_customers_side_always_names_its_account(book: int) -> None:
    nameless = NewTransaction(book, "invoice", "document:1", MARCH, (Entry("receivable", 5), Entry("revenue", -5)))
    with pytest.raises(IntegrityError, match="customer_side_names_its_account"), transaction.atomic():
        record_transactions([nameless], at=AT)


def test_locking_makes_missing_balances_and_reads_them(book: int) -> None:
    account_id = account_of(book)
    assert lock_balances([account_id, account_id])[account_id].receivable_minor == 0
    record_transactions([posted(book, account_id)], at=AT)
    assert lock_balances([account_id])[account_id].receivable_minor == 121_00
