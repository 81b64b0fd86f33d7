"""Post money that goes back: from customer credit, in transit, out of the door; or taken back by the payer's bank."""

from datetime import date, datetime

from tallystick.ledger.core.chart import BANK, CLEARING, CUSTOMER_CREDIT, REFUNDS_IN_TRANSIT
from tallystick.ledger.core.entries import Entry, NewTransaction
from tallystick.ledger.operations.open_book import open_book
from tallystick.ledger.operations.record_transactions import record_transactions
from tallystick.payments.models import Dispute, Payment, Refund

#: The customer's credit, money on its way, and where money lies: the gateway's balance or our bank account.
CREDIT, TRANSIT, PLACE = "credit", "transit", "place"


def post_refund_started(refund: Refund, *, on: date, at: datetime) -> None:
    """Customer credit is on its way out."""
    _post(refund.payment, f"refund:{refund.pk}", "refund_started", refund.amount_minor, (CREDIT, TRANSIT), on, at)


def post_refund_done(refund: Refund, *, on: date, at: datetime) -> None:
    """It has left the gateway's balance, or our bank account."""
    _post(refund.payment, f"refund:{refund.pk}", "refund_done", refund.amount_minor, (TRANSIT, PLACE), on, at)


def post_refund_returned(refund: Refund, *, was_done: bool, on: date, at: datetime) -> None:
    """It failed or was canceled: customer credit again, out of transit, or out of where it came back to."""
    sides = (PLACE if was_done else TRANSIT, CREDIT)
    _post(refund.payment, f"refund:{refund.pk}", "refund_returned", refund.amount_minor, sides, on, at)


def post_external_refund(refund: Refund, *, on: date, at: datetime) -> None:
    """Found at the gateway, gone already."""
    _post(refund.payment, f"refund:{refund.pk}", "refund_found", refund.amount_minor, (CREDIT, PLACE), on, at)


def post_dispute(dispute: Dispute, *, on: date, at: datetime) -> None:
    """The payer's bank took it back."""
    _post(dispute.payment, f"dispute:{dispute.pk}", "chargeback", dispute.amount_minor, (CREDIT, PLACE), on, at)


def post_dispute_reversed(dispute: Dispute, *, on: date, at: datetime) -> None:
    """And gave it back to us."""
    sides = (PLACE, CREDIT)
    _post(dispute.payment, f"dispute:{dispute.pk}", "chargeback_reversed", dispute.amount_minor, sides, on, at)


def _entry(payment: Payment, side: str, amount_minor: int) -> Entry:
    if side == CREDIT:
        return Entry(CUSTOMER_CREDIT, amount_minor, payment.account_id)
    if side == TRANSIT:
        return Entry(REFUNDS_IN_TRANSIT, amount_minor)
    name = CLEARING if payment.gateway else BANK
    return Entry(name, amount_minor, None, payment.gateway)


def _post(
    payment: Payment, subject: str, kind: str, amount_minor: int, sides: tuple[str, str], on: date, at: datetime
) -> None:
    """From the first side, which is debited, to the second."""
    book = open_book(payment.account.seller, currency=payment.currency)
    entries = (_entry(payment, sides[0], amount_minor), _entry(payment, sides[1], -amount_minor))
    record_transactions([NewTransaction(book.pk, kind, subject, on, entries)], at=at)
