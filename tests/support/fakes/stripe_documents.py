"""Stripe's objects, with the fields that a billing system reads. None is invented; many that exist are left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

KINDS = {400: "invalid_request_error", 401: "invalid_request_error", 404: "invalid_request_error"}


def compose_error(status: int, message: str, **more: Any) -> dict[str, Any]:
    """An error: a type and a message always, a code and a parameter where there are such."""
    told = {key: value for key, value in more.items() if value is not None}
    return {"error": {"type": KINDS.get(status, "api_error"), "message": message, **told}}


def compose_list(rows: Sequence[Mapping[str, Any]], *, path: str, has_more: bool = False) -> dict[str, Any]:
    """A page of a list."""
    return {"object": "list", "data": list(rows), "has_more": has_more, "url": path}


def compose_method(ref: str, *, kind: str, customer: str, created: int, livemode: bool) -> dict[str, Any]:
    """A saved card or direct debit, attached to a customer."""
    card = {"brand": "visa", "last4": "4242", "exp_month": 5, "exp_year": 2028, "fingerprint": f"fp{ref}"}
    debit = {"country": "NL", "last4": "4300", "bank_code": "ABNA", "fingerprint": f"fp{ref}"}
    return {
        "id": ref, "object": "payment_method", "type": kind, kind: card if kind == "card" else debit,
        "customer": customer, "created": created, "livemode": livemode, "metadata": {},
    }  # fmt: skip


def compose_charge(ref: str, intent: Mapping[str, Any], *, kind: str, created: int) -> dict[str, Any]:
    """What an intent came to at the card network or bank."""
    return {
        "id": ref, "object": "charge", "amount": intent["amount"], "currency": intent["currency"], "created": created,
        "livemode": intent["livemode"], "payment_intent": intent["id"], "payment_method": intent["payment_method"],
        "payment_method_details": {"type": kind, kind: {}}, "metadata": intent["metadata"],
        "paid": intent["status"] == "succeeded",
        "status": {"succeeded": "succeeded", "processing": "pending"}.get(intent["status"], "failed"),
    }  # fmt: skip


def compose_decline(reason: str, *, advice: str | None = None) -> dict[str, Any]:
    """Why a card was declined. A few reasons are codes of their own, the rest decline codes."""
    own_codes = ("expired_card", "authentication_required", "incorrect_cvc", "processing_error")
    error = {
        "type": "card_error", "code": reason if reason in own_codes else "card_declined", "decline_code": reason,
        "message": "Your card was declined.",
    }  # fmt: skip
    return error | ({"advice_code": advice} if advice else {})
