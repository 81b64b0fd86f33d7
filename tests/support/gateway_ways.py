"""How a seller is connected to gateways, through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

WHY: Final = "they do not answer"

GATEWAY_WAYS: Final[Mapping[str, Ways]] = {
    "look at gateways": Ways(
        ApiCall("GET", "/sellers/{seller_code}/gateways"),
        cli=("gateway", "list"),
        console=ConsolePage("sellers/{seller_id}/"),
    ),
    "connect a gateway": Ways(
        ApiCall("POST", "/sellers/{seller_code}/gateways", {"kind": "sandbox", "mode": "test"}),
        cli=("gateway", "connect", "sandbox"),
        console=ConsolePage("sellers/{seller_id}/gateways/new/", {"account": "sandbox/test"}),
    ),
    "switch a gateway": Ways(
        ApiCall(
            "POST",
            "/sellers/{seller_code}/gateways/{gateway_id}/switch",
            {"is_active": False, "reason": WHY},
        ),
        cli=("gateway", "switch-off", "sandbox", "--reason", WHY),
        console=ConsolePage("sellers/{seller_id}/gateways/{gateway_id}/switch/", {"reason": WHY}),
    ),
}
