"""Disputes at the sandbox: numbers that take their money back some days after they paid, and banks that do so today."""

from datetime import datetime, timedelta

from tallystick.payments.core.sandbox_outcomes import Outcome
from tallystick.payments.gateways.sandbox.digests import digest
from tallystick.payments.models import SandboxDispute, SandboxPayment


def plan_dispute(payment: SandboxPayment, outcome: Outcome, *, at: datetime) -> None:
    """Write down the dispute that the number brings with it, if any; it opens so many days after the money came."""
    if outcome.disputed_after_days:
        opened_at = (payment.settles_at or at) + timedelta(days=outcome.disputed_after_days)
        open_dispute(payment, reason=outcome.dispute_reason, at=opened_at)


def open_dispute(payment: SandboxPayment, *, reason: str, at: datetime) -> SandboxDispute:
    """The payer's bank takes the whole payment back at that instant."""
    return SandboxDispute.objects.create(
        ref=f"chb_{digest(payment.ref + at.isoformat())[:20]}",
        payment=payment,
        amount_minor=payment.amount_minor,
        reason=reason,
        opened_at=at,
    )
