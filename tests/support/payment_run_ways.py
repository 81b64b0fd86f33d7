"""How payment runs that wait, are over or repeat are worked with, through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tallystick.collection.core.retry_terms import RetryTerms
from tallystick.collection.core.retry_texts import write_terms
from tests.support.ways import ApiCall, ConsolePage, Ways

WHY: Final = {"reason": "by hand"}

PAYMENT_RUN_WAYS: Final[Mapping[str, Ways]] = {
    "change a payment run": Ways(
        ApiCall("PATCH", "/payment-runs/{waiting_payment_run_id}", {"starts_at": "2030-03-01T11:00:00Z"}),
        cli=("payment-run", "change", "{waiting_payment_run_number}", "--at", "2030-03-01T11"),
        console=ConsolePage("payment-runs/{waiting_payment_run_id}/change/", {"on": "2030-03-01", "hour": "11"}),
    ),
    "delete a payment run": Ways(
        ApiCall("POST", "/payment-runs/{canceled_payment_run_id}/delete", WHY),
        cli=("payment-run", "delete", "{canceled_payment_run_number}", "--reason", "by hand", "--yes"),
        console=ConsolePage("payment-runs/{canceled_payment_run_id}/delete/", WHY),
    ),
    "schedule payment runs": Ways(
        ApiCall(
            "POST",
            "/payment-run-schedules",
            {"name": "each day", "frequency": "daily", "starts_on": "2030-03-02", "run_time": "11:00"},
        ),
        cli=("payment-run", "schedule", "create", "each day", "--every", "day", "--starts", "2030-03-02"),
        console=ConsolePage(
            "payment-schedules/new/",
            {"seller": "{seller_id}", "name": "each day", "frequency": "daily", "starts_on": "2030-03-02"},
        ),
    ),
    "look at their schedules": Ways(
        ApiCall("GET", "/payment-run-schedules"),
        cli=("payment-run", "schedule", "list"),
        console=ConsolePage("payment-schedules/"),
    ),
    "pause a payment schedule": Ways(
        ApiCall("POST", "/payment-run-schedules/{payment_schedule_id}/pause", WHY),
        cli=("payment-run", "schedule", "pause", "{payment_schedule_name}", "--reason", "by hand"),
        console=ConsolePage("payment-schedules/{payment_schedule_id}/pause/", WHY),
    ),
    "resume a payment schedule": Ways(
        ApiCall("POST", "/payment-run-schedules/{paused_payment_schedule_id}/resume", {}),
        cli=("payment-run", "schedule", "resume", "{paused_payment_schedule_name}"),
        console=ConsolePage("payment-schedules/{paused_payment_schedule_id}/resume/", {"resumes": "1"}),
    ),
    "end a payment schedule": Ways(
        ApiCall("POST", "/payment-run-schedules/{payment_schedule_id}/cancel", WHY),
        cli=("payment-run", "schedule", "cancel", "{payment_schedule_name}", "--reason", "by hand", "--yes"),
        console=ConsolePage("payment-schedules/{payment_schedule_id}/cancel/", WHY),
    ),
    "set a failure limit": Ways(
        ApiCall("PUT", "/payment-methods/{method_id}/failure-limit", {"limit": 3, **WHY}),
        cli=("payment-method", "limit", "{method_id}", "--failures", "3", "--reason", "by hand"),
        console=ConsolePage("payment-methods/{method_id}/limit/", {"limit": "3", **WHY}),
    ),
    "look at a retry rule": Ways(
        ApiCall("GET", "/sellers/{seller_code}/retry-rule"),
        cli=("payment-run", "retry-rule"),
        console=ConsolePage("sellers/{seller_id}/"),
    ),
    "set a retry rule": Ways(
        ApiCall("PUT", "/sellers/{seller_code}/retry-rule", {"funds_days": [3, 6]}),
        cli=("payment-run", "retry-rule", "funds_days=3,6"),
        console=ConsolePage("sellers/{seller_id}/retry-rule/", write_terms(RetryTerms())),
    ),
    "deliver a payment run": Ways(
        ApiCall("POST", "/payment-runs/{payment_run_id}/deliver", {}),
        cli=("payment-run", "deliver", "{payment_run_number}"),
        console=ConsolePage("payment-runs/{payment_run_id}/deliver/", {}),
    ),
}
