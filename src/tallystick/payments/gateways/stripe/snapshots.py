"""Stripe's objects in our words: intents, checkout sessions, refunds, disputes and payment methods."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from tallystick.payments.core.answers import (
    DisputeFact,
    DisputeStatus,
    GatewayStatus,
    Mandate,
    RefundFact,
    RefundStatus,
    Snapshot,
)
from tallystick.payments.core.failures import Failure
from tallystick.payments.gateways.stripe.amounts import read_amount
from tallystick.payments.gateways.stripe.connection import Document
from tallystick.payments.gateways.stripe.failures import explain_decline, explain_dispute

INTENT_STATUSES: dict[str, GatewayStatus] = {
    "requires_payment_method": GatewayStatus.FAILED,
    "requires_confirmation": GatewayStatus.PROCESSING,
    "requires_action": GatewayStatus.ACTION_REQUIRED,
    "processing": GatewayStatus.PROCESSING,
    "requires_capture": GatewayStatus.PROCESSING,
    "canceled": GatewayStatus.CANCELED,
    "succeeded": GatewayStatus.SUCCEEDED,
}
REFUND_STATUSES: dict[str, RefundStatus] = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.CANCELED,
}
#: Inquiries (`warning_…`) are left out: no money has moved for them.
DISPUTE_STATUSES: dict[str, DisputeStatus] = {
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "appeal_needs_response": DisputeStatus.OPEN,
    "appeal_under_review": DisputeStatus.OPEN,
    "won": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
}
#: Our words for methods that Stripe calls otherwise; all others are the same.
OUR_METHODS: dict[str, str] = {"customer_balance": "bank_transfer"}
THEIR_METHODS: dict[str, str] = {ours: theirs for theirs, ours in OUR_METHODS.items()}
DASHBOARD = "https://dashboard.stripe.com"


def compose_intent(
    intent: Document, *, at: datetime, refunds: Iterable[Document] = (), disputes: Iterable[Document] = ()
) -> Snapshot:
    """An unattended charge; raises LookupError or ValueError where it can't be read.

    One that asks for another method has failed: nobody is there to give one.
    """
    status = INTENT_STATUSES[intent["status"]]
    charge = _read_charge(intent)
    return Snapshot(
        ref=intent["id"],
        our_id=_text(intent.get("metadata"), "our_id"),
        status=status,
        amount=read_amount(intent["amount"], currency=intent["currency"]),
        observed_at=at,
        is_test=not intent["livemode"],
        failure=_explain(intent) if status is GatewayStatus.FAILED else None,
        paid_at=_read_instant(charge.get("created")) if status is GatewayStatus.SUCCEEDED else None,
        dashboard_url=_link(intent, "payments"),
        raw_status=intent["status"],
        method=_name_method(_text(charge.get("payment_method_details"), "type")),
        customer_ref=_ref(intent.get("customer")),
        mandate_ref=_ref(intent.get("payment_method")),
        refunds=tuple(compose_refund(refund) for refund in refunds),
        disputes=_compose_disputes(disputes),
    )


def compose_session(
    session: Document, *, at: datetime, refunds: Iterable[Document] = (), disputes: Iterable[Document] = ()
) -> Snapshot:
    """A hosted page, with the intent behind it. While it is open a declined try is the customer's affair."""
    payment, setup = _object(session.get("payment_intent")), _object(session.get("setup_intent"))
    status = _read_session_status(session, payment)
    charge = _read_charge(payment)
    is_paid = status is GatewayStatus.SUCCEEDED
    return Snapshot(
        ref=session["id"],
        our_id=_text(session.get("metadata"), "our_id"),
        status=status,
        amount=read_amount(session.get("amount_total") or 0, currency=session["currency"]),
        observed_at=at,
        is_test=not session["livemode"],
        failure=_explain(payment) if status is GatewayStatus.FAILED else None,
        paid_at=_read_instant(charge.get("created")) if is_paid else None,
        dashboard_url=_link(payment, "payments") or _link(setup, "setup_intents"),
        raw_status=f"{session['status']} {session['payment_status']}",
        method=_name_method(_text(charge.get("payment_method_details"), "type")),
        customer_ref=_ref(session.get("customer")),
        mandate_ref=_find_kept_mandate(payment, setup, charge) if is_paid else "",
        action_url=str(session.get("url") or "") if status is GatewayStatus.ACTION_REQUIRED else "",
        expires_at=_read_instant(session.get("expires_at")) if status is GatewayStatus.ACTION_REQUIRED else None,
        refunds=tuple(compose_refund(refund) for refund in refunds),
        disputes=_compose_disputes(disputes),
    )


def compose_refund(refund: Document) -> RefundFact:
    """A refund as Stripe tells it."""
    amount = read_amount(refund["amount"], currency=refund["currency"])
    return RefundFact(refund["id"], amount, REFUND_STATUSES[refund["status"]], _text(refund.get("metadata"), "our_id"))


def compose_mandate(method: Document, *, customer_ref: str) -> Mandate:
    """A saved card or direct debit; what is attached to a customer may be charged."""
    kind = method["type"]
    details = method.get(kind) or {}
    last4 = _text(details, "last4")
    label = f"{_text(details, 'country')} •••• {last4}"
    expires_on = None
    if kind == "card":
        label = f"{_text(details, 'brand').capitalize() or 'Card'} •••• {last4}"
        expires_on = _read_expiry(details)
    return Mandate(
        ref=method["id"],
        customer_ref=customer_ref,
        kind=_name_method(kind),
        state="valid",
        label=label,
        fingerprint=_text(details, "fingerprint"),
        expires_on=expires_on,
    )


def _read_session_status(session: Document, payment: Document) -> GatewayStatus:
    if session["status"] == "open":
        return GatewayStatus.ACTION_REQUIRED
    if session["status"] == "expired":
        return GatewayStatus.EXPIRED
    if session["payment_status"] in ("paid", "no_payment_required"):
        return GatewayStatus.SUCCEEDED
    return INTENT_STATUSES[payment["status"]]  # complete but unpaid: a bank takes its days


def _find_kept_mandate(payment: Document, setup: Document, charge: Document) -> str:
    """The method that may be charged later: the one used, or the direct debit that a bank's page left behind."""
    if setup:
        return _ref(setup.get("payment_method"))
    if payment.get("setup_future_usage") != "off_session":
        return ""
    details = charge.get("payment_method_details") or {}
    left_behind = _object(details.get(_text(details, "type"))).get("generated_sepa_debit")
    return _ref(left_behind) or _ref(payment.get("payment_method"))


def _explain(intent: Document) -> Failure:
    error = intent.get("last_payment_error")
    return explain_decline(error) if error else Failure("unknown", str(intent.get("status") or ""))


def _compose_disputes(disputes: Iterable[Document]) -> tuple[DisputeFact, ...]:
    return tuple(_compose_dispute(dispute) for dispute in disputes if not dispute["status"].startswith("warning_"))


def _compose_dispute(dispute: Document) -> DisputeFact:
    returned = [each["created"] for each in dispute.get("balance_transactions") or () if each["amount"] > 0]
    status = DISPUTE_STATUSES[dispute["status"]]
    return DisputeFact(
        ref=dispute["id"],
        amount=read_amount(dispute["amount"], currency=dispute["currency"]),
        status=status,
        code=explain_dispute(dispute["reason"]),
        reason=dispute["reason"],
        opened_at=datetime.fromtimestamp(dispute["created"], UTC),
        reversed_at=_read_instant(max(returned)) if returned and status is DisputeStatus.WON else None,
    )


def _read_expiry(card: Document) -> date | None:
    year, month = card.get("exp_year"), card.get("exp_month")
    if not year or not month:
        return None
    return date(year, month, monthrange(year, month)[1])


def _read_charge(intent: Document) -> Document:
    return _object(intent.get("latest_charge"))


def _link(intent: Document, section: str) -> str:
    if not intent:
        return ""
    return f"{DASHBOARD}/{'' if intent['livemode'] else 'test/'}{section}/{intent['id']}"


def _name_method(kind: str) -> str:
    return OUR_METHODS.get(kind, kind)


def _read_instant(seconds: int | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def _object(value: Any) -> Document:
    """An expanded object; nothing where there is only its id."""
    return value if isinstance(value, dict) else {}


def _ref(value: Any) -> str:
    """The id of an object, expanded or not."""
    return str(value["id"]) if isinstance(value, dict) else str(value or "")


def _text(document: Any, name: str) -> str:
    return str(document.get(name) or "") if isinstance(document, dict) else ""
