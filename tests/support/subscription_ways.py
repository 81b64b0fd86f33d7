"""How capabilities about subscriptions are used: agreeing and ending them, actions, pauses, the deactivation queue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

ASKED: Final = {"kind": "start_service", "services": [{"service": "seat", "external_id": "second"}]}
ACTION: Final = {**ASKED, "reason": "asked by phone"}
TYPED: Final = ("start_service", "--service", "seat", "--reason", "asked by phone")
FILLED: Final = {"on": "2026-03-01", "service": "seat", "quantity": "1", "reason": "asked by phone"}

SUBSCRIPTION_WAYS: Final[Mapping[str, Ways]] = {
    "close an account": Ways(
        ApiCall("POST", "/accounts/{account_id}/close", {"reason": "Sold"}),
        cli=("account", "close", "A-1", "--reason", "Sold"),
        console=ConsolePage("accounts/{account_id}/close/", {"reason": "Sold"}),
    ),
    "reopen an account": Ways(
        ApiCall("POST", "/accounts/{account_id}/reopen", {"reason": "A new owner"}),
        cli=("account", "reopen", "A-1", "--reason", "A new owner"),
        console=ConsolePage("accounts/{account_id}/reopen/", {"reason": "A new owner"}),
    ),
    "agree a subscription": Ways(
        ApiCall(
            "POST",
            "/subscriptions",
            {
                "account": "A-3",
                "external_id": "S-3",
                "plan": "basic",
                "starts_on": "2026-03-01",
                "services": [{"service": "seat"}],
            },
        ),
        console=ConsolePage("accounts/{account_id}/agree/?plan=basic", {"external_id": "S-3", "seat-taken": "on"}),
    ),
    "cancel a subscription": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/cancel", {"ends_on": "2026-12-31", "reason": "moved"}),
        console=ConsolePage(
            "subscriptions/{subscription_id}/cancel/", {"canceled_on": "2026-12-31", "reason": "moved"}
        ),
    ),
    "act on a subscription": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/actions", ACTION),
        cli=("subscription", "act", "{subscription_id}", *TYPED, "--yes"),
        console=ConsolePage("subscriptions/{subscription_id}/actions/start_service/", {**FILLED, "step": "do"}),
    ),
    "preview an action": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/actions/preview", ASKED),
        cli=("subscription", "act", "{subscription_id}", *TYPED, "--preview"),
        console=ConsolePage("subscriptions/{subscription_id}/actions/start_service/", {**FILLED, "step": "show"}),
    ),
    "schedule an action": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/actions", {**ACTION, "on": "2030-01-31"}),
        cli=("subscription", "act", "{subscription_id}", *TYPED, "--on", "2030-01-31", "--yes"),
        console=ConsolePage("subscriptions/{subscription_id}/actions/start_service/", {**FILLED, "on": "2030-01-31"}),
    ),
    "cancel a scheduled action": Ways(
        ApiCall("POST", "/subscriptions/{subscription_id}/actions/{no_id}/cancel", {"reason": "not any more"}),
        cli=("subscription", "cancel-action", "{subscription_id}", "{no_id}", "--reason", "not any more"),
        console=ConsolePage("subscriptions/{subscription_id}/actions/{no_id}/cancel/", {"reason": "not any more"}),
    ),
    "look at scheduled actions": Ways(
        ApiCall("GET", "/subscriptions/{subscription_id}/actions"),
        cli=("subscription", "actions", "{subscription_id}"),
        console=ConsolePage("subscriptions/{subscription_id}/"),
    ),
    "discount a subscription": Ways(
        ApiCall(
            "POST",
            "/subscriptions/{subscription_id}/discounts",
            {"kind": "amount", "value": "6", "reason": "agreed"},
        ),
        console=ConsolePage(
            "subscriptions/{subscription_id}/discounts/new/",
            {"kind": "amount", "value": "6", "label": "Bundle", "reason": "agreed"},
        ),
    ),
    "end its discount": Ways(
        ApiCall("POST", "/subscription-discounts/{no_id}/end", {"until_on": "2027-01-01"}),
        console=ConsolePage("subscription-discounts/{no_id}/end/", {"until_on": "2027-01-01"}),
    ),
    "look at the queue": Ways(
        ApiCall("GET", "/deactivation-queue"), cli=("deactivation", "queue"), console=ConsolePage("deactivation-queue/")
    ),
    "switch services off": Ways(
        ApiCall("POST", "/deactivation-runs", {"runs_on": "2030-01-31"}),
        cli=("deactivation", "run", "--on", "2030-01-31", "--yes"),
        console=ConsolePage("deactivation-runs/new/", {"kind": "deactivate", "runs_on": "2030-01-31"}),
    ),
    "delete a switching run": Ways(
        ApiCall("DELETE", "/deactivation-runs/{run_id}"),
        cli=("deactivation", "delete", "1"),
        console=ConsolePage("deactivation-runs/{run_id}/delete/", {"sure": "1"}),
    ),
    "pause a service": Ways(
        ApiCall("POST", "/subscription-services/{service_id}/pause", {"kind": "resting", "reason": "on holiday"}),
        cli=("subscription", "pause", "{service_id}", "--reason", "on holiday"),
        console=ConsolePage(
            "subscriptions/{subscription_id}/services/{service_id}/pause/", {"kind": "resting", "reason": "on holiday"}
        ),
    ),
    "let a service go on": Ways(
        ApiCall("POST", "/subscription-services/{service_id}/resume", {"reason": "back"}),
        cli=("subscription", "resume", "{service_id}", "--reason", "back"),
        console=ConsolePage("subscriptions/{subscription_id}/services/{service_id}/resume/", {"reason": "back"}),
    ),
}
