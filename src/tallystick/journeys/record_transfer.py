"""Record that a customer paid outside a gateway, by bank transfer: money in, then what it settles."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.queries import get_account_by_id
from tallystick.errors import Problem, refuse_problems
from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.core.settlement import NO_SHARES
from tallystick.invoicing.errors import NothingToPay, TransferInvalid
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.ask_way_back import ask_way_back
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.queries.documents import get_document
from tallystick.invoicing.queries.lists import list_documents_by_id
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_RECORD
from tallystick.sellers.queries import find_bank_account

LONGEST_REFERENCE = 140


class Share(NamedTuple):
    """So much of a payment, in minor units, is for this document."""

    document_id: int
    amount_minor: int


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
    with transaction.atomic():
        lock_balances([document.account_id])
        present = get_document(document_id=document_id)
        name = present.number or f"draft:{document_id}"
        apply_document_event(present.status, event="pay", name=name)
        if present.open_minor <= 0:
            raise NothingToPay(document=name)
        arrived = _Arrived(present.open_minor if amount_minor is None else amount_minor, reference, received_on)
        return _book(document.account_id, arrived, at=at, actor=actor, first=[document_id])


def record_account_transfer(
    account_id: int,
    *,
    amount_minor: int,
    reference: str,
    at: datetime,
    actor: Actor,
    received_on: date | None = None,
    shares: Sequence[Share] = (),
) -> RecordedTransfer:
    """Book a transfer of an account: it settles the oldest due, and what is left is customer credit (MAX-30).

    So an account pays ahead what is renewed from its own funds. Where it is for certain documents, `shares` name how
    much of it, above 0 each and together at most the whole; they are settled first. Refuses TransferInvalid.
    """
    actor.require(PAYMENTS_RECORD)
    with transaction.atomic():
        lock_balances([get_account_by_id(account_id).pk])
        refuse_problems(TransferInvalid, _find_share_problems(account_id, shares, amount_minor))
        wanted = {share.document_id: share.amount_minor for share in shares}
        return _book(account_id, _Arrived(amount_minor, reference, received_on), at=at, actor=actor, shares=wanted)


class _Arrived(NamedTuple):
    amount_minor: int
    reference: str
    received_on: date | None


def _book(
    account_id: int,
    arrived: _Arrived,
    *,
    at: datetime,
    actor: Actor,
    first: Sequence[int] = (),
    shares: Mapping[int, int] = NO_SHARES,
) -> RecordedTransfer:
    account = get_account_by_id(account_id)
    today = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
    received_on = arrived.received_on or today
    refuse_problems(TransferInvalid, _find_problems(arrived.amount_minor, arrived.reference, received_on, today))
    bank = find_bank_account(account.seller_id, currency=account.currency)
    new = NewPayment(
        account_id=account.pk,
        amount_minor=arrived.amount_minor,
        currency=account.currency,
        attempt_id=None,
        gateway="",
        reference=arrived.reference.strip(),
        received_on=received_on,
        iban=bank.iban if bank else "",
        actor=actor,
    )
    (payment,) = record_payments([new], on=today, at=at)
    add_credit_sources([payment])
    settle_accounts([account.pk], on=today, at=at, first=first, shares=shares)
    ask_way_back([account.pk])
    return RecordedTransfer(payment.pk, arrived.amount_minor)


def _find_problems(amount_minor: int, reference: str, received_on: date, today: date) -> list[Problem]:
    problems = []
    if amount_minor <= 0:
        problems.append(Problem("amount_minor", f"must be above 0, but is {amount_minor}"))
    if len(reference.strip()) > LONGEST_REFERENCE or not reference.isprintable():
        problems.append(Problem("reference", f"has at most {LONGEST_REFERENCE} characters and no line breaks"))
    if received_on > today:
        problems.append(Problem("received_on", f"must not be after today, {today}"))
    return problems


def _find_share_problems(account_id: int, shares: Sequence[Share], amount_minor: int) -> list[Problem]:
    """What is wrong with the amounts that a payment names for documents (MAX-30)."""
    documents = {each.pk: each for each in list_documents_by_id([share.document_id for share in shares])}
    problems = []
    if len(documents) < len(shares):
        problems.append(Problem("shares", "name documents that there are, each once"))
    for share in shares:
        document = documents.get(share.document_id)
        if document is None:
            continue
        name = document.number or f"draft {document.pk}"
        if document.account_id != account_id:
            problems.append(Problem("shares", f"{name} is another account's"))
        elif document.status != "posted" or document.kind == "credit_note" or share.amount_minor > document.open_minor:
            problems.append(Problem("shares", f"more than is open of {name}"))
        if share.amount_minor <= 0:
            problems.append(Problem("shares", f"the amount for {name} must be above 0"))
    if sum(share.amount_minor for share in shares) > amount_minor:
        problems.append(Problem("shares", "they are more than what arrived"))
    return problems
