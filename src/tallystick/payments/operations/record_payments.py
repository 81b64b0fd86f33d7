"""Record money that arrived: the fact and its ledger posting, in one transaction, in bulk."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.errors import InvariantBroken
from tallystick.ledger.core.chart import BANK, CLEARING, CUSTOMER_CREDIT
from tallystick.ledger.core.entries import Entry, NewTransaction
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.operations.open_book import open_book
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.payments.models import Payment
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import take_ids
from tallystick.plumbing.outbox import announce

PAYMENTS = Payment._meta.db_table


class NewPayment(NamedTuple):
    """Money that arrived, in minor units: through a gateway (with its attempt) or by transfer (gateway "").

    `received_on` is the day it arrived where the seller is; None means the day it is recorded. A transfer names the
    IBAN of ours to which it came, and who recorded it, if a person or program did.
    """

    account_id: int
    amount_minor: int
    currency: str
    attempt_id: int | None
    gateway: str
    reference: str
    received_on: date | None = None
    iban: str = ""
    actor: Actor | None = None


def record_payments(payments: Sequence[NewPayment], *, on: date, at: datetime) -> list[Payment]:
    """Append payments and post each: clearing or bank against customer credit. Locks the accounts.

    Runs in the caller's transaction. An attempt's money is recorded once: the database refuses a second payment for it.
    """
    if not payments:
        return []
    account_ids = sorted({payment.account_id for payment in payments})
    lock_balances(account_ids)
    accounts = {account.pk: account for account in Account.objects.filter(pk__in=account_ids).select_related("seller")}
    books: dict[tuple[int, str], int] = {}
    rows = []
    transactions = []
    for payment_id, new in zip(take_ids(PAYMENTS, len(payments)), payments, strict=True):
        account = accounts[new.account_id]
        if account.currency != new.currency:
            raise InvariantBroken(f"{new.currency} arrived for an account in {account.currency}")
        place = (account.seller_id, new.currency)
        if place not in books:
            books[place] = open_book(account.seller, currency=new.currency).pk
        row = _compose_row(payment_id, new, on, at)
        rows.append(row)
        transactions.append(_compose_posting(row, new, books[place]))
    Payment.objects.bulk_create(rows)
    record_transactions(transactions, at=at)
    announce("payment", [row.pk for row in rows], event="receive", at=at)
    return rows


def _compose_row(payment_id: int, new: NewPayment, on: date, at: datetime) -> Payment:
    return Payment(
        pk=payment_id,
        account_id=new.account_id,
        kind=Payment.GATEWAY if new.gateway else Payment.TRANSFER,
        attempt_id=new.attempt_id,
        gateway=new.gateway,
        amount_minor=new.amount_minor,
        currency=new.currency,
        reference=new.reference,
        received_on=new.received_on or on,
        recorded_at=at,
        actor_kind=new.actor.kind if new.actor else "",
        actor_id=new.actor.id if new.actor else "",
        actor_label=new.actor.label if new.actor else "",
    )


def _compose_posting(payment: Payment, new: NewPayment, book_id: int) -> NewTransaction:
    side = (CLEARING, new.gateway) if new.gateway else (BANK, new.iban)
    debit = Entry(side[0], new.amount_minor, None, side[1])
    return NewTransaction(
        book_id=book_id,
        kind="gateway_payment" if new.gateway else "bank_transfer",
        subject=f"payment:{payment.pk}",
        occurred_on=payment.received_on,
        entries=(debit, Entry(CUSTOMER_CREDIT, -new.amount_minor, new.account_id)),
    )
