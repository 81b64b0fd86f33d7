"""How it is said which programs hear of what happens, through each interface."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.support.ways import ApiCall, ConsolePage, Ways

URL: Final = "https://shop.example/hooks"
STRETCH: Final = {"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}

WEBHOOK_WAYS: Final[Mapping[str, Ways]] = {
    "look at webhooks": Ways(
        ApiCall("GET", "/webhook-endpoints"), cli=("webhook", "list"), console=ConsolePage("webhooks/")
    ),
    "add a webhook": Ways(
        ApiCall("POST", "/webhook-endpoints", {"url": URL}),
        cli=("webhook", "add", URL),
        console=ConsolePage("webhooks/new/", {"url": URL}),
    ),
    "change a webhook": Ways(
        ApiCall("PUT", "/webhook-endpoints/{endpoint_id}", {"url": URL}),
        console=ConsolePage("webhooks/{endpoint_id}/change/", {"url": URL}),
    ),
    "switch a webhook": Ways(
        ApiCall("POST", "/webhook-endpoints/{endpoint_id}/switch", {"is_enabled": False}),
        cli=("webhook", "switch", "{endpoint_id}", "--off"),
        console=ConsolePage("webhooks/{endpoint_id}/switch/", {"is_enabled": "0"}),
    ),
    "replace a webhook's secret": Ways(
        ApiCall("POST", "/webhook-endpoints/{endpoint_id}/rotate-secret"),
        cli=("webhook", "rotate-secret", "{endpoint_id}"),
        console=ConsolePage("webhooks/{endpoint_id}/rotate-secret/", {}),
    ),
    "remove a webhook": Ways(
        ApiCall("DELETE", "/webhook-endpoints/{endpoint_id}"),
        cli=("webhook", "remove", "{endpoint_id}"),
        console=ConsolePage("webhooks/{endpoint_id}/remove/", {}),
    ),
    "test a webhook": Ways(
        ApiCall("POST", "/webhook-endpoints/{endpoint_id}/test"),
        console=ConsolePage("webhooks/{endpoint_id}/test/", {}),
    ),
    "look at messages": Ways(
        ApiCall("GET", "/webhook-endpoints/{endpoint_id}/messages"),
        cli=("webhook", "messages", "{endpoint_id}"),
        console=ConsolePage("webhooks/{endpoint_id}/"),
    ),
    "look at a message": Ways(
        ApiCall("GET", "/webhook-messages/{message_id}"), console=ConsolePage("webhook-messages/{message_id}/")
    ),
    "send a message again": Ways(
        ApiCall("POST", "/webhook-messages/{message_id}/replay"),
        cli=("webhook", "replay", "{endpoint_id}", "--message", "{message_id}"),
        console=ConsolePage("webhook-messages/{message_id}/replay/", {}),
    ),
    "send messages again": Ways(
        ApiCall("POST", "/webhook-endpoints/{endpoint_id}/replay", STRETCH),
        cli=("webhook", "replay", "{endpoint_id}", "--since", "2026-01-01T00:00:00Z"),
        console=ConsolePage("webhooks/{endpoint_id}/replay/", {"hours": "1"}),
    ),
}
