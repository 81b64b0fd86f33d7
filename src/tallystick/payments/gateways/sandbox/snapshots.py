"""A payment at the sandbox at an instant: its outcome is decided at once, and shows when the bank is done."""

from datetime import datetime

from django.conf import settings

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    DisputeFact,
    DisputeStatus,
    GatewayStatus,
    RefundFact,
    RefundStatus,
    Snapshot,
)
from tallystick.payments.core.bank_reasons import BANK_REASONS, explain_bank_reason
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.sandbox_outcomes import AMOUNT_LATE, kind_of
from tallystick.payments.models import SandboxDispute, SandboxPage, SandboxPayment, SandboxRefund
from tallystick.periods.business_days import add_business_days


def compute_settling(at: datetime, *, bank_days: int) -> datetime | None:
    """When the bank is done: at the same time of day, so many Mondays to Fridays later; None for at once."""
    if not bank_days:
        return None
    return datetime.combine(add_business_days(at.date(), bank_days), at.timetz())


def compose_snapshot(payment: SandboxPayment, *, at: datetime) -> Snapshot:
    """What the sandbox tells of an unattended charge that was just carried out: nothing came of it yet."""
    return _compose(payment, None, at)


def look_at_payment(payment: SandboxPayment, *, at: datetime) -> Snapshot:
    """What the sandbox tells of a payment: with its page, its refunds, and the disputes that were opened by then."""
    page = SandboxPage.objects.filter(payment=payment).first()
    refunds = SandboxRefund.objects.filter(payment=payment).order_by("pk")
    disputes = SandboxDispute.objects.filter(payment=payment, opened_at__lte=at).order_by("pk")
    return _compose(
        payment,
        page,
        at,
        refunds=tuple(compose_refund(refund, currency=payment.currency, at=at) for refund in refunds),
        disputes=tuple(_compose_dispute(dispute, payment, page, at) for dispute in disputes),
    )


def compose_refund(refund: SandboxRefund, *, currency: str, at: datetime) -> RefundFact:
    """What the sandbox tells of a refund at that instant."""
    status = RefundStatus.FAILED if refund.is_failed else RefundStatus.SUCCEEDED
    if refund.settles_at is not None and at < refund.settles_at:
        status = RefundStatus.PENDING
    return RefundFact(refund.ref, Money(refund.amount_minor, currency), status, refund.our_id)


def find_number(payment: SandboxPayment, page: SandboxPage | None) -> str:
    """The card or IBAN that the payment was made with; empty while nobody has paid."""
    if payment.mandate is not None:
        return payment.mandate.number
    return page.number if page else ""


def get_status(payment: SandboxPayment, page: SandboxPage | None, *, at: datetime) -> GatewayStatus:
    """How a payment stands at that instant: a bank takes its days, and a page does not wait for ever."""
    if payment.settles_at is not None and at < payment.settles_at:
        is_late = page is not None and payment.amount_minor == AMOUNT_LATE
        return GatewayStatus.EXPIRED if is_late else GatewayStatus.PROCESSING
    if payment.status == "action_required" and page is not None and at >= page.expires_at:
        return GatewayStatus.EXPIRED
    return GatewayStatus(payment.status)


def _compose(
    payment: SandboxPayment,
    page: SandboxPage | None,
    at: datetime,
    refunds: tuple[RefundFact, ...] = (),
    disputes: tuple[DisputeFact, ...] = (),
) -> Snapshot:
    status = get_status(payment, page, at=at)
    number = find_number(payment, page)
    is_open = status is GatewayStatus.ACTION_REQUIRED
    paid_at = payment.settles_at or (page.paid_at if page else None) or payment.created_at
    return Snapshot(
        ref=payment.ref,
        our_id=payment.our_id,
        status=status,
        amount=Money(payment.amount_minor, payment.currency),
        observed_at=at,
        is_test=True,
        failure=Failure(payment.failure_code, payment.raw_code) if status is GatewayStatus.FAILED else None,
        paid_at=paid_at if status is GatewayStatus.SUCCEEDED else None,
        raw_status=str(status),
        method=kind_of(number) if number else "",
        customer_ref=payment.mandate.customer_ref if payment.mandate else (page.customer_ref if page else ""),
        mandate_ref=payment.mandate.ref if payment.mandate else "",
        action_url=f"{settings.SITE_ADDRESS or settings.LOCAL_ADDRESS}/sandbox/{payment.ref}" if is_open else "",
        expires_at=page.expires_at if page and is_open else None,
        refunds=refunds,
        disputes=disputes,
    )


def _compose_dispute(
    dispute: SandboxDispute, payment: SandboxPayment, page: SandboxPage | None, at: datetime
) -> DisputeFact:
    """A card's dispute can be won; a direct debit that the payer takes back is lost at once."""
    status = DisputeStatus.OPEN if kind_of(find_number(payment, page)) == "card" else DisputeStatus.LOST
    is_reversed = dispute.reversed_at is not None and at >= dispute.reversed_at
    is_banks_word = dispute.reason in BANK_REASONS
    return DisputeFact(
        ref=dispute.ref,
        amount=Money(dispute.amount_minor, payment.currency),
        status=DisputeStatus.WON if is_reversed else status,
        code=explain_bank_reason(dispute.reason, is_settled=True) if is_banks_word else "debit_disputed",
        reason=dispute.reason,
        opened_at=dispute.opened_at,
        reversed_at=dispute.reversed_at if is_reversed else None,
    )
