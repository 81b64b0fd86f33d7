"""Stripe's webhooks: signed, and read only for what they are about."""

from collections.abc import Mapping, Sequence
from typing import Any

import stripe

from tallystick.payments.core.answers import BadNotice, Delivery, Notice

#: What to choose where the address of our webhooks is entered at Stripe.
HOOK_EVENTS = (
    "payment_intent.succeeded",
    "payment_intent.processing",
    "payment_intent.requires_action",
    "payment_intent.payment_failed",
    "payment_intent.canceled",
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
    "charge.dispute.closed",
    "payment_method.automatically_updated",
    "payment_method.updated",
    "payment_method.detached",
    "mandate.updated",
)


def read_notice(client: stripe.StripeClient, *, delivery: Delivery, secrets: Sequence[str]) -> Sequence[Notice]:
    """Which payments an event is about; raises BadNotice. Several secrets are tried while one takes over from another.

    Stripe's client accepts a signature for five minutes.
    """
    signature = next((value for name, value in delivery.headers.items() if name.lower() == "stripe-signature"), "")
    for secret in secrets:
        try:
            event = client.construct_event(delivery.body, signature, secret).to_dict()
        except (stripe.SignatureVerificationError, ValueError):
            continue
        return _read_event(event)
    raise BadNotice("no signature of Stripe's")


def _read_event(event: Mapping[str, Any]) -> Sequence[Notice]:
    subject = (event.get("data") or {}).get("object") or {}
    kind = subject.get("object")
    metadata = subject.get("metadata") or {}
    event_ref = str(event.get("id") or "")
    if kind in ("payment_intent", "checkout.session"):
        return [Notice(str(subject["id"]), str(metadata.get("our_id") or ""), event_ref)]
    if kind in ("charge", "refund", "dispute") and subject.get("payment_intent"):
        # the metadata of a refund names the refund, so whose payment it is must be asked
        return [Notice(str(subject["payment_intent"]), "", event_ref)]
    if kind == "payment_method":
        return _read_method_event(event, subject, event_ref)
    if kind == "mandate" and subject.get("payment_method"):
        return [Notice(event_ref=event_ref, customer_ref=str(subject["payment_method"]))]
    return []


def _read_method_event(event: Mapping[str, Any], subject: Mapping[str, Any], event_ref: str) -> Sequence[Notice]:
    """Whose methods changed: after a detachment the event tells it only by what stood there before."""
    before = (event.get("data") or {}).get("previous_attributes") or {}
    customer_ref = str(subject.get("customer") or before.get("customer") or "")
    return [Notice(event_ref=event_ref, customer_ref=customer_ref)] if customer_ref else []
