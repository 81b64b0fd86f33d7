"""How saved methods are watched, through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

METHOD_WAYS: Final[Mapping[str, Ways]] = {
    "look at expiring methods": Ways(
        ApiCall("GET", "/payment-methods/expiring"),
        cli=("payment-method", "expiring"),
        console=ConsolePage("payment-methods/?state=expiring"),
    ),
    "look at method requests": Ways(
        ApiCall("GET", "/accounts/{account_id}/method-requests"),
        console=ConsolePage("accounts/{account_id}/"),
    ),
    "ask for payment methods": Ways(
        ApiCall("POST", "/method-requests/send"),
        cli=("payment-method", "ask"),
        console=ConsolePage("payment-methods/ask/", {}),
    ),
    "change payment schedules": Ways(
        ApiCall(
            "PATCH",
            "/payment-run-schedules/{payment_schedule_id}",
            {"target_days": 0, "run_time": "15:00", "reason": "by hand"},
        ),
        cli=("payment-run", "schedule", "change", "{payment_schedule_name}", "--at", "15", "--reason", "by hand"),
        console=ConsolePage(
            "payment-schedules/{payment_schedule_id}/change/",
            {"name": "mornings", "run_hour": "15", "target_days": "0", "applies_credits": "on", "reason": "by hand"},
        ),
    ),
}
