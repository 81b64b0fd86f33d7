"""Make payments that arrived available as customer credit, each once."""

from collections.abc import Sequence

from tallystick.invoicing.models import CreditSource
from tallystick.payments.models import Payment


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
