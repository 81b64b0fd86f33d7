"""Make payments that arrived, and credit notes that were posted, available as customer credit, each once."""

from collections.abc import Sequence

from tallystick.invoicing.models import CreditSource
from tallystick.invoicing.queries.run_documents import DraftToPost
from tallystick.payments.models import Payment


def add_note_sources(notes: Sequence[DraftToPost]) -> None:
    """Write the credit source of each credit note that is being posted; one of zero gives nothing."""
    CreditSource.objects.bulk_create(
        CreditSource(
            document_id=note.document_id,
            account_id=note.account_id,
            amount_minor=note.gross_minor,
            remaining_minor=note.gross_minor,
            arrived_on=note.invoice_on,
        )
        for note in notes
        if note.gross_minor > 0
    )


def add_credit_sources(payments: Sequence[Payment]) -> None:
    """Write the credit source of each payment; the ledger booked the credit when the payment was recorded.

    Runs in the caller's transaction, under the accounts' locks. The database refuses a second source for a payment.
    """
    CreditSource.objects.bulk_create(
        CreditSource(
            payment=payment,
            account_id=payment.account_id,
            amount_minor=payment.amount_minor,
            remaining_minor=payment.amount_minor,
            arrived_on=payment.received_on,
        )
        for payment in payments
    )
