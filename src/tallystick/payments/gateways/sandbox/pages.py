"""Hosted pages of the sandbox: a payment that waits for a customer, and what the customer does about it."""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import transaction

from tallystick.payments.core.answers import Answer, Checkout, Done, GatewayStatus, Refused, Snapshot, Unknown
from tallystick.payments.core.failures import Failure
from tallystick.payments.core.sandbox_outcomes import (
    AMOUNT_ENDS,
    AMOUNT_LATE,
    AMOUNTS,
    LATE_BY,
    decide_outcome,
    is_magic_number,
    normalize_number,
)
from tallystick.payments.errors import MandateRefused
from tallystick.payments.gateways.sandbox.digests import describe, digest
from tallystick.payments.gateways.sandbox.disputes import plan_dispute
from tallystick.payments.gateways.sandbox.keys import is_free, note_payment, use_key
from tallystick.payments.gateways.sandbox.mandates import keep_mandates
from tallystick.payments.gateways.sandbox.notices import plan_notices
from tallystick.payments.gateways.sandbox.snapshots import compute_settling, get_status, look_at_payment
from tallystick.payments.models import SandboxPage, SandboxPayment

PAGE_LIFE = timedelta(hours=1)

#: Refused unattended; on the page the customer is there.
CONFIRMED_HERE = "authentication_required"


def open_page(order: Checkout, *, at: datetime) -> Answer[Snapshot]:
    """A page that waits for an hour, or until the order says. A key that is still known answers with its page."""
    if order.keeps_mandate and not order.customer_ref:
        return Refused(Failure("bad_request", "customer_missing", "a mandate needs a customer"))
    with transaction.atomic():
        if not is_free(order.key):
            return Unknown("409 the first call with this key is still running")
        key = use_key(order.key, parameters=describe(order._replace(key="")), at=at)
        if key is None:
            return Refused(Failure("key_reuse", "idempotency_error", "same key, other parameters"))
        if key.payment_id is not None:
            return Done(look_at_payment(get_payment(key.payment_id), at=at))
        payment = _write_page(order, at)
        note_payment(key, payment_id=payment.pk)
        return Done(look_at_payment(payment, at=at))


def cancel_page(ref: str, *, at: datetime) -> Answer[Snapshot]:
    """Close a page that still waits; anything else can't be canceled."""
    with transaction.atomic():
        page = SandboxPage.objects.select_for_update().select_related("payment").filter(payment__ref=ref).first()
        if page is None or get_status(page.payment, page, at=at) is not GatewayStatus.ACTION_REQUIRED:
            return Refused(Failure("bad_request", "not_cancelable", "only a page that waits can be canceled"))
        SandboxPayment.objects.filter(pk=page.payment_id).update(status="canceled")
        plan_notices(get_payment(page.payment_id), at=at)
        return Done(look_at_payment(get_payment(page.payment_id), at=at))


def pay_page(ref: str, *, number: str, at: datetime) -> str:
    """The customer pays with a magic number; the failure where the bank says no, "" where it is done.

    Who looks at the page confirms what their bank asks for. A page that said no stays open for another try.
    Raises MandateRefused for a number that is not magic.
    """
    number = normalize_number(number)
    if not is_magic_number(number):
        raise MandateRefused(reason="the sandbox takes its own test numbers only", field="number")
    with transaction.atomic():
        page = SandboxPage.objects.select_for_update().select_related("payment").get(payment__ref=ref)
        payment = page.payment
        if get_status(payment, page, at=at) is not GatewayStatus.ACTION_REQUIRED:
            return "bad_request"
        if _end_by_amount(payment):
            return ""
        outcome = AMOUNTS.get(payment.amount_minor) or decide_outcome(number, charge=1)
        if outcome.failure_code and outcome.failure_code != CONFIRMED_HERE:
            return outcome.failure_code
        if page.keeps_mandate:
            payment.mandate = keep_mandates([(page.customer_ref, number)], on=at.date())[0]
        payment.status = "succeeded"
        payment.settles_at = compute_settling(at, bank_days=outcome.bank_days)
        if payment.amount_minor == AMOUNT_LATE:
            payment.settles_at = at + LATE_BY
        payment.save(update_fields=["mandate", "status", "settles_at"])
        SandboxPage.objects.filter(pk=page.pk).update(number=number, paid_at=at)
        plan_dispute(payment, outcome, at=at)
        plan_notices(payment, post=outcome.post, at=at)
    return ""


def _end_by_amount(payment: SandboxPayment) -> bool:
    """Whether the amount alone decides that nobody pays: it fails for good, or its page ends or stays (6.7)."""
    outcome, end = AMOUNTS.get(payment.amount_minor), AMOUNT_ENDS.get(payment.amount_minor)
    if end is not None:
        payment.status = end
    elif outcome is not None and outcome.failure_code:
        payment.status, payment.failure_code, payment.raw_code = "failed", outcome.failure_code, outcome.raw_code
    else:
        return False
    payment.save(update_fields=["status", "failure_code", "raw_code"])
    return True


def expire_page(ref: str, *, at: datetime) -> None:
    """The page waits no longer."""
    SandboxPage.objects.filter(payment__ref=ref).update(expires_at=at)


def get_payment(payment_id: int) -> SandboxPayment:
    """A payment with its mandate."""
    return SandboxPayment.objects.select_related("mandate").get(pk=payment_id)


def _write_page(order: Checkout, at: datetime) -> SandboxPayment:
    payment = SandboxPayment.objects.create(
        ref=f"tr_{digest(order.key + at.isoformat())[:20]}",
        our_id=order.our_id,
        amount_minor=order.amount.minor,
        currency=order.amount.currency,
        status="action_required",
        notify_url=order.notify_url,
        created_at=at,
    )
    SandboxPage.objects.create(
        payment=payment,
        customer_ref=order.customer_ref,
        keeps_mandate=order.keeps_mandate,
        return_url=order.return_url,
        notify_url=order.notify_url,
        expires_at=order.expires_at or at + PAGE_LIFE,
    )
    return payment


class ShownPage(NamedTuple):
    """A page as its customer sees it; `status` in the gateway's words."""

    ref: str
    amount_minor: int
    currency: str
    status: str
    is_open: bool
    return_url: str


def read_page(ref: str, *, at: datetime) -> ShownPage | None:
    """A page as it stands at that instant; None where there is none."""
    page = SandboxPage.objects.select_related("payment__mandate").filter(payment__ref=ref).first()
    if page is None:
        return None
    status = get_status(page.payment, page, at=at)
    is_open = status is GatewayStatus.ACTION_REQUIRED
    payment = page.payment
    return ShownPage(ref, payment.amount_minor, payment.currency, str(status), is_open, page.return_url)
