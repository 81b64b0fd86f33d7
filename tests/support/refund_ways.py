"""How money goes back through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

REFUND_WAYS: Final[Mapping[str, Ways]] = {
    "look at refunds": Ways(
        ApiCall("GET", "/refunds"), cli=("refund", "list"), console=ConsolePage("payments/{payment_id}/")
    ),
    "give money back": Ways(
        ApiCall("POST", "/payments/{payment_id}/refunds", {"amount_minor": 100, "reason": "agreed"}),
        cli=("refund", "create", "{payment_id}", "--amount", "1.00", "--reason", "agreed", "--yes"),
        console=ConsolePage("payments/{payment_id}/refund/", {"amount": "1.00", "reason": "agreed"}),
    ),
    "confirm a refund": Ways(
        ApiCall("POST", "/refunds/{refund_id}/confirm"),
        cli=("refund", "confirm", "{refund_id}"),
        console=ConsolePage("refunds/{refund_id}/confirm/", {}),
    ),
    "take a refund back": Ways(
        ApiCall("POST", "/refunds/{refund_id}/cancel", {"reason": "closed"}),
        cli=("refund", "cancel", "{refund_id}", "--reason", "closed"),
        console=ConsolePage("refunds/{refund_id}/cancel/", {"reason": "closed"}),
    ),
}
