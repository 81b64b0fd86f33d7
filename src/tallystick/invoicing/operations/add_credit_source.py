"""Make a payment that arrived available as customer credit, once."""

from django.db import IntegrityError

from tallystick.invoicing.models import CreditSource
from tallystick.payments.models import Payment


def add_credit_source(payment: Payment) -> CreditSource:
    """The payment's credit source, made on the first call; the ledger booked the credit when the payment was recorded.

    Runs in the caller's transaction, under the account's lock.
    """
    source, _ = CreditSource.objects.get_or_create(
        payment=payment,
        defaults={
            "account_id": payment.account_id,
            "amount_minor": payment.amount_minor,
            "remaining_minor": payment.amount_minor,
            "arrived_on": payment.received_on,
        },
    )
    if source.amount_minor != payment.amount_minor:
        raise IntegrityError(f"payment {payment.pk} changed its amount")
    return source
