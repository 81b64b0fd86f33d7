"""How a capability is used through each interface; and how those of runs and schedules are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple


class ApiCall(NamedTuple):
    """A call of the API. The path is filled in with ids of the company."""

    method: str
    path: str
    body: object = None


class ConsolePage(NamedTuple):
    """A page of the console, or, with a form, a button on one. Both are filled in with ids of the company."""

    path: str
    form: Mapping[str, str] | None = None


class Ways(NamedTuple):
    """How a capability is used, by interface; an interface that does not offer it has no way."""

    api: ApiCall
    cli: Sequence[str] | None = None
    console: ConsolePage | None = None


RUN_WAYS: Final[Mapping[str, Ways]] = {
    "schedule bill runs": Ways(
        ApiCall(
            "POST",
            "/bill-run-schedules",
            {"name": "daily", "frequency": "daily", "starts_on": "2026-03-02"},
        ),
        cli=("bill-run", "schedule", "create", "daily", "--every", "day", "--starts", "2026-03-02"),
        console=ConsolePage(
            "schedules/new/",
            {"seller": "{seller_id}", "name": "daily", "frequency": "daily", "starts_on": "2026-03-02"},
        ),
    ),
    "preview a bill run": Ways(
        ApiCall("POST", "/preview-runs", {"target_on": "2026-04-01"}),
        cli=("bill-run", "preview", "--target", "2026-04-01", "--no-wait"),
        console=ConsolePage("previews/new/", {"seller": "{seller_id}", "target_on": "2026-04-01"}),
    ),
    "change a schedule": Ways(
        ApiCall(
            "PUT",
            "/bill-run-schedules/{schedule_id}",
            {"name": "daily", "frequency": "daily", "starts_on": "2026-03-02", "reason": "agreed"},
        ),
        cli=("bill-run", "schedule", "change", "{schedule_name}", "--every", "day", "--reason", "agreed"),
        console=ConsolePage(
            "schedules/{schedule_id}/change/",
            {"name": "daily", "frequency": "daily", "starts_on": "2026-03-02", "reason": "agreed"},
        ),
    ),
    "pause a schedule": Ways(
        ApiCall("POST", "/bill-run-schedules/{schedule_id}/pause", {"reason": "holiday"}),
        cli=("bill-run", "schedule", "pause", "{schedule_name}", "--reason", "holiday"),
        console=ConsolePage("schedules/{schedule_id}/pause/", {"reason": "holiday"}),
    ),
    "resume a schedule": Ways(
        ApiCall("POST", "/bill-run-schedules/{paused_schedule_id}/resume", {}),
        cli=("bill-run", "schedule", "resume", "{paused_schedule_name}"),
        console=ConsolePage("schedules/{paused_schedule_id}/resume/", {}),
    ),
    "cancel a schedule": Ways(
        ApiCall("POST", "/bill-run-schedules/{schedule_id}/cancel", {"reason": "sold"}),
        cli=("bill-run", "schedule", "cancel", "{schedule_name}", "--reason", "sold", "--yes"),
        console=ConsolePage("schedules/{schedule_id}/cancel/", {"reason": "sold"}),
    ),
    "delete a bill run": Ways(
        ApiCall("POST", "/bill-runs/{canceled_run_id}/delete", {"reason": "a try"}),
        cli=("bill-run", "delete", "{canceled_run_number}", "--reason", "a try", "--yes"),
        console=ConsolePage("bill-runs/{canceled_run_id}/delete/", {"reason": "a try"}),
    ),
    "set renewal": Ways(
        ApiCall("PUT", "/subscriptions/{subscription_id}/renewal", {"is_auto_renewed": False, "reason": "agreed"}),
        console=ConsolePage("subscriptions/{subscription_id}/renewal/", {"renew": "no", "reason": "agreed"}),
    ),
    "let runs post themselves": Ways(
        ApiCall("PUT", "/sellers/{seller_code}/auto-post", {"supports_auto_post": True}),
        cli=("bill-run", "auto-post", "--on"),
        console=ConsolePage("billing-rules/{seller_id}/auto-post/", {"is_supported": "on"}),
    ),
}
