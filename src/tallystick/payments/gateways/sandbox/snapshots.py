"""A payment at the sandbox at an instant: its outcome is decided at once, and shows when the bank is done."""

from datetime import datetime

from tallystick.money.amount import Money
from tallystick.payments.core.answers import GatewayStatus, Snapshot
from tallystick.payments.core.failures import Failure
from tallystick.payments.models import SandboxPayment
from tallystick.periods.business_days import add_business_days


def compute_settling(at: datetime, *, bank_days: int) -> datetime | None:
    """When the bank is done: at the same time of day, so many Mondays to Fridays later; None for at once."""
    if not bank_days:
        return None
    return datetime.combine(add_business_days(at.date(), bank_days), at.timetz())


def compose_snapshot(payment: SandboxPayment, *, at: datetime) -> Snapshot:
    """What the sandbox tells of a payment at that instant."""
    is_open = payment.settles_at is not None and at < payment.settles_at
    status = GatewayStatus.PROCESSING if is_open else GatewayStatus(payment.status)
    is_paid = status is GatewayStatus.SUCCEEDED
    return Snapshot(
        ref=payment.ref,
        our_id=payment.our_id,
        status=status,
        amount=Money(payment.amount_minor, payment.currency),
        observed_at=at,
        is_test=True,
        failure=Failure(payment.failure_code, payment.raw_code) if status is GatewayStatus.FAILED else None,
        paid_at=(payment.settles_at or payment.created_at) if is_paid else None,
    )
