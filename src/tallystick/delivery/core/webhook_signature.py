"""Signatures by Standard Webhooks 1.0.0: HMAC-SHA256 over `id.timestamp.body`, one for each secret in force."""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - how every secret of the standard begins
VERSION = "v1"


def compose_secret(random_bytes: bytes) -> str:
    """The text in which a receiver gets its secret."""
    return SECRET_PREFIX + base64.b64encode(random_bytes).decode()


def sign(body: bytes, *, message_id: str, sent_at: datetime, secrets: Sequence[bytes]) -> Mapping[str, str]:
    """The three headers of a message sent at the real instant `sent_at`; several secrets while one is replaced."""
    timestamp = str(int(sent_at.timestamp()))
    signed = b".".join((message_id.encode(), timestamp.encode(), body))
    signatures = (base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode() for secret in secrets)
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"{VERSION},{signature}" for signature in signatures),
    }
