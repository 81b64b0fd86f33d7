"""Record that a customer paid a document outside a gateway, by bank transfer: money in, then what it settles."""

from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.errors import NothingToPay, TransferInvalid
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.ask_way_back import ask_way_back
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.queries.documents import get_document
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_RECORD
from tallystick.sellers.queries import find_bank_account

LONGEST_REFERENCE = 140


class RecordedTransfer(NamedTuple):
    """A transfer that was booked: the payment, and how much it was, in minor units."""

    payment_id: int
    amount_minor: int


def record_transfer(
    document_id: int,
    *,
    reference: str,
    at: datetime,
    actor: Actor,
    amount_minor: int | None = None,
    received_on: date | None = None,
) -> RecordedTransfer:
    """Book a transfer for a posted document and settle it; None for the amount means all that is open.

    The document that it was paid for comes first, then the oldest due; what is left stays customer credit. Refuses
    WrongDocumentState for what is not owed, such as a draft; NothingToPay, TransferInvalid.
    """
    actor.require(PAYMENTS_RECORD)
    document = get_document(document_id=document_id)
    today = at.astimezone(ZoneInfo(document.seller.time_zone)).date()
    arrived_on = received_on or today
    with transaction.atomic():
        lock_balances([document.account_id])
        present = get_document(document_id=document_id)
        name = present.number or f"draft:{document_id}"
        apply_document_event(present.status, event="pay", name=name)
        if present.open_minor <= 0:
            raise NothingToPay(document=name)
        amount = present.open_minor if amount_minor is None else amount_minor
        refuse_problems(TransferInvalid, _find_problems(amount, reference, arrived_on, today))
        bank = find_bank_account(present.seller_id, currency=present.currency)
        new = NewPayment(
            account_id=present.account_id,
            amount_minor=amount,
            currency=present.currency,
            attempt_id=None,
            gateway="",
            reference=reference.strip(),
            received_on=arrived_on,
            iban=bank.iban if bank else "",
        )
        (payment,) = record_payments([new], on=today, at=at)
        add_credit_sources([payment])
        settle_accounts([present.account_id], on=today, at=at, first=[document_id])
        ask_way_back([present.account_id])
    return RecordedTransfer(payment.pk, amount)


def _find_problems(amount_minor: int, reference: str, received_on: date, today: date) -> list[Problem]:
    problems = []
    if amount_minor <= 0:
        problems.append(Problem("amount_minor", f"must be above 0, but is {amount_minor}"))
    if len(reference.strip()) > LONGEST_REFERENCE or not reference.isprintable():
        problems.append(Problem("reference", f"has at most {LONGEST_REFERENCE} characters and no line breaks"))
    if received_on > today:
        problems.append(Problem("received_on", f"must not be after today, {today}"))
    return problems
