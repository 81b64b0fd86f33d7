"""What payments and attempts are called on pages: how much, by what, and what became of it."""

from __future__ import annotations

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.formats import write_money
from tallystick.payments.models import Payment, PaymentAttempt


def describe_payment(payment: Payment) -> str:
    """ "121.00 EUR by Visa •••• 4242, succeeded"; reads the attempt and its method: select them with the payment."""
    if payment.attempt is None:
        return f"{write_money(payment.amount_minor, currency=payment.currency)} by bank transfer, received"
    return f"{describe_attempt(payment.attempt)}, {chips.describe(payment.attempt.status).word.lower()}"


def describe_attempt(attempt: PaymentAttempt) -> str:
    """ "121.00 EUR by Visa •••• 4242"; select the method with it."""
    return f"{write_money(attempt.amount_minor, currency=attempt.currency)} by {attempt.paid_with}"
