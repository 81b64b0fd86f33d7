"""Stripe's webhooks: signed, and read only for what they are about."""

from collections.abc import Mapping, Sequence
from typing import Any

import stripe

from tallystick.payments.core.answers import BadNotice, Delivery, Notice


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
    return []
