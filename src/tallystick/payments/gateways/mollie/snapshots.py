"""Mollie's documents in our words: payments, refunds, chargebacks and mandates."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tallystick.money.amount import Money
from tallystick.payments.core.answers import (
    DisputeFact,
    DisputeStatus,
    GatewayStatus,
    Mandate,
    RefundFact,
    RefundStatus,
    Snapshot,
)
from tallystick.payments.core.bank_reasons import explain_bank_reason
from tallystick.payments.gateways.decimals import read_decimal
from tallystick.payments.gateways.mollie.connection import Document
from tallystick.payments.gateways.mollie.failures import explain_failed_payment

PAYMENT_STATUSES: dict[str, GatewayStatus] = {
    "open": GatewayStatus.ACTION_REQUIRED,
    "pending": GatewayStatus.PROCESSING,
    "authorized": GatewayStatus.PROCESSING,
    "paid": GatewayStatus.SUCCEEDED,
    "canceled": GatewayStatus.CANCELED,
    "expired": GatewayStatus.EXPIRED,
    "failed": GatewayStatus.FAILED,
}
REFUND_STATUSES: dict[str, RefundStatus] = {
    "queued": RefundStatus.PENDING,
    "pending": RefundStatus.PENDING,
    "processing": RefundStatus.PENDING,
    "refunded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELED,
}
MANDATE_STATES = ("valid", "pending", "invalid")

#: Our words for methods that Mollie calls otherwise; all others are the same.
OUR_METHODS: dict[str, str] = {"creditcard": "card", "directdebit": "sepa_debit", "banktransfer": "bank_transfer"}
THEIR_METHODS: dict[str, str] = {ours: theirs for theirs, ours in OUR_METHODS.items()}


def compose_snapshot(
    payment: Document, *, at: datetime, refunds: Iterable[Document] = (), chargebacks: Iterable[Document] = ()
) -> Snapshot:
    """A payment as Mollie tells it at that instant; raises LookupError or ValueError where it can't be read."""
    raw_status = payment["status"]
    status = PAYMENT_STATUSES[raw_status]
    is_unattended = payment.get("sequenceType") == "recurring"
    if raw_status == "open" and is_unattended:
        status = GatewayStatus.PROCESSING  # nobody is there to act
    details = payment.get("details") or {}
    failure = explain_failed_payment(
        card_reason=_text(details, "failureReason"),
        bank_code=_text(details, "bankReasonCode"),
        message=_text(details, "failureMessage") or _text(details, "bankReason"),
    )
    is_debit = payment.get("method") == "directdebit"
    return Snapshot(
        ref=payment["id"],
        our_id=read_our_id(payment),
        status=status,
        amount=_read_amount(payment["amount"]),
        observed_at=at,
        is_test=payment["mode"] == "test",
        failure=failure if status is GatewayStatus.FAILED else None,
        paid_at=_read_instant(payment.get("paidAt")),
        dashboard_url=_link(payment, "dashboard"),
        raw_status=raw_status,
        method=_name_method(payment.get("method")),
        customer_ref=_text(payment, "customerId"),
        mandate_ref=_text(payment, "mandateId"),
        action_url=_link(payment, "checkout") if status is GatewayStatus.ACTION_REQUIRED else "",
        expires_at=_read_instant(payment.get("expiresAt")),
        refunds=tuple(compose_refund(refund) for refund in refunds),
        disputes=tuple(_compose_dispute(chargeback, is_debit=is_debit) for chargeback in chargebacks),
    )


def compose_refund(refund: Document) -> RefundFact:
    """A refund as Mollie tells it."""
    amount = _read_amount(refund["amount"])
    return RefundFact(refund["id"], amount, REFUND_STATUSES[refund["status"]], read_our_id(refund))


def compose_mandate(mandate: Document) -> Mandate:
    """A mandate as Mollie tells it. One that takes no charges in the customer's absence is not valid for us."""
    details = mandate.get("details") or {}
    scopes = mandate.get("scopes")
    state = mandate["status"] if mandate["status"] in MANDATE_STATES else "pending"
    is_attended_only = bool(scopes) and "customer-not-present" not in (scopes or ())
    expires = _text(details, "cardExpiryDate")
    return Mandate(
        ref=mandate["id"],
        customer_ref=mandate["customerId"],
        kind=_name_method(mandate["method"]),
        state="invalid" if is_attended_only else state,
        label=_label_mandate(mandate["method"], details),
        fingerprint=_text(details, "cardFingerprint"),
        expires_on=date.fromisoformat(expires) if expires else None,
        reference=_text(mandate, "mandateReference"),
    )


def read_our_id(document: Document) -> str:
    """Our id from the metadata of a payment or refund; empty where there is none."""
    metadata = document.get("metadata")
    return _text(metadata, "our_id") if isinstance(metadata, dict) else ""


def _compose_dispute(chargeback: Document, *, is_debit: bool) -> DisputeFact:
    reversed_at = _read_instant(chargeback.get("reversedAt"))
    reason = chargeback.get("reason") or {}
    status = DisputeStatus.LOST if is_debit else DisputeStatus.OPEN
    code = _text(reason, "code")
    return DisputeFact(
        ref=chargeback["id"],
        amount=_read_amount(chargeback["amount"]),
        status=DisputeStatus.WON if reversed_at else status,
        code=explain_bank_reason(code, is_settled=True) if code else "debit_disputed",
        reason=code,
        opened_at=datetime.fromisoformat(chargeback["createdAt"]),
        reversed_at=reversed_at,
    )


def _label_mandate(method: str, details: Document) -> str:
    if method == "creditcard":
        return f"{_text(details, 'cardLabel') or 'Card'} •••• {_text(details, 'cardNumber')[-4:]}"
    account = _text(details, "consumerAccount")
    if method == "paypal":
        return f"PayPal {account}".strip()
    return f"{account[:4]} •••• {account[-4:]}"


def _name_method(method: Any) -> str:
    return OUR_METHODS.get(method, method) if isinstance(method, str) else ""


def _read_amount(amount: Document) -> Money:
    return read_decimal(amount["value"], currency=amount["currency"])


def _read_instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _link(document: Document, name: str) -> str:
    link = document["_links"].get(name) or {}
    return str(link.get("href") or "")


def _text(document: Document, name: str) -> str:
    return str(document.get(name) or "")
