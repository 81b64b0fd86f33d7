"""Refunds at the sandbox: never more than was paid, the same amount an hour apart, some late and some failing."""

from datetime import datetime, timedelta

from django.db import transaction

from tallystick.payments.core.answers import (
    Answer,
    Done,
    GatewayStatus,
    NotSent,
    RefundFact,
    RefundOrder,
    RefundStatus,
    Refused,
    Unknown,
)
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.sandbox_outcomes import decide_outcome
from tallystick.payments.gateways.sandbox.digests import describe, digest
from tallystick.payments.gateways.sandbox.keys import is_free, note_refund, use_key
from tallystick.payments.gateways.sandbox.snapshots import compose_refund, find_number, get_status
from tallystick.payments.models import SandboxDispute, SandboxPage, SandboxPayment, SandboxRefund

#: As at the strictest real gateway: the same amount of the same payment again is taken for a mistake.
REFUND_PAUSE = timedelta(hours=1)


def give_back(order: RefundOrder, *, at: datetime) -> Answer[RefundFact]:
    """Refund a payment. A key that is still known answers with its refund."""
    with transaction.atomic():
        if not is_free(order.key):
            return Unknown("409 the first call with this key is still running")
        payments = SandboxPayment.objects.select_for_update(of=("self",)).select_related("mandate")
        payment = payments.filter(ref=order.payment_ref).first()
        if payment is None:
            return Refused(Failure("bad_request", "payment_not_found"))
        key = use_key(order.key, parameters=describe(order._replace(key="")), at=at)
        if key is None:
            return Refused(Failure("key_reuse", "idempotency_error", "same key, other parameters"))
        if key.refund_id is not None:
            refund = SandboxRefund.objects.get(pk=key.refund_id)
            return Done(compose_refund(refund, currency=payment.currency, at=at))
        page = SandboxPage.objects.filter(payment=payment).first()
        refusal = _find_objection(payment, page, order, at)
        if refusal is not None:
            return refusal
        refund = _write_refund(payment, page, order, at)
        note_refund(key, refund_id=refund.pk)
        return Done(compose_refund(refund, currency=payment.currency, at=at))


def finish_refund(ref: str, *, is_failed: bool, at: datetime) -> None:
    """The refund arrives now, or comes back."""
    SandboxRefund.objects.filter(ref=ref).update(is_failed=is_failed, settles_at=at)


def _find_objection(
    payment: SandboxPayment, page: SandboxPage | None, order: RefundOrder, at: datetime
) -> Refused | NotSent | None:
    if get_status(payment, page, at=at) is not GatewayStatus.SUCCEEDED:
        return Refused(Failure("bad_request", "not_paid", "only what was paid can be given back"))
    if SandboxDispute.objects.filter(payment=payment, opened_at__lte=at, reversed_at=None).exists():
        return Refused(Failure("debit_disputed", "charge_disputed", "the payer's bank has the money already"))
    refunds = list(SandboxRefund.objects.filter(payment=payment))
    facts = [compose_refund(refund, currency=payment.currency, at=at) for refund in refunds]
    gone = sum(fact.amount.minor for fact in facts if fact.status is not RefundStatus.FAILED)
    is_too_much = order.amount.minor > payment.amount_minor - gone or order.amount.currency != payment.currency
    if is_too_much or order.amount.minor <= 0:
        return Refused(Failure("amount_out_of_range", "amount_too_large", "more than is left of the payment"))
    if any(refund.amount_minor == order.amount.minor and refund.created_at > at - REFUND_PAUSE for refund in refunds):
        return NotSent("409 the same amount was refunded within the hour", REFUND_PAUSE)
    return None


def _write_refund(payment: SandboxPayment, page: SandboxPage | None, order: RefundOrder, at: datetime) -> SandboxRefund:
    outcome = decide_outcome(find_number(payment, page), charge=1)
    return SandboxRefund.objects.create(
        ref=f"re_{digest(order.key + at.isoformat())[:20]}",
        our_id=order.our_id,
        payment=payment,
        amount_minor=order.amount.minor,
        is_failed=outcome.refund_fails,
        settles_at=at + timedelta(days=outcome.refund_days) if outcome.refund_days else None,
        created_at=at,
    )
