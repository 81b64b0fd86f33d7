"""Webhook endpoints: where programs hear of what happens, what they were told, and telling it again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field, JsonValue

from tallystick.delivery.core.webhook_types import EVENT_TYPES
from tallystick.delivery.operations import keep_webhook_endpoint as keeping
from tallystick.delivery.operations.replay_webhooks import replay_webhook, replay_webhooks
from tallystick.delivery.operations.write_webhooks import send_test_event
from tallystick.delivery.queries import webhooks as queries
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Id, Instant, Row, Text80, Text200, Text300
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN

router = Router(tags=["Webhooks"])
LIST = "webhook-endpoints"
MESSAGES = "webhook-messages"
EXAMPLE: dict[str, JsonValue] = {
    "url": "https://shop.example/hooks/billing",
    "description": "Shop",
    "event_types": ["invoice.paid", "payment.failed"],
    "owner_email": "dev@shop.example",
}

MessageStatus = Literal["waiting", "delivered", "failed", "dropped"]
MessageId = Text80


class WebhookTerms(Body):
    """Where to, of what, and who is told when nothing gets through."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    url: str = Field(min_length=1, max_length=500, description="HTTPS, at a public address")
    description: str = Field("", max_length=120)
    event_types: list[Text80] = Field([], max_length=100, description="empty: everything, what is added later too")
    seller: SellerCode = Field("", description="hears of this seller only; empty: of all")
    owner_email: str = Field("", max_length=254, description="is told after a day without success; empty: nobody")

    def to_terms(self) -> keeping.EndpointTerms:
        """As the operation takes it."""
        return keeping.EndpointTerms(**self.model_dump())


class WebhookSwitch(Body):
    """On or off."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_enabled": False, "reason": "moving house"}]})

    is_enabled: bool
    reason: Text200 = ""


class WebhookStretch(Body):
    """Which messages are sent again."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"since": "2026-03-01T00:00:00Z", "until": "2026-03-02T00:00:00Z"}]}
    )

    since: Instant = Field(description="the first instant, in real time, at which they were made")
    until: Instant = Field(description="the first instant that is not meant any more")
    statuses: list[MessageStatus] = Field(
        ["failed", "dropped", "waiting"], min_length=1, description="of what waits the next try is moved to now"
    )


class WebhookEventType(Schema):
    """What can be heard of."""

    event_type: str = Field(examples=["invoice.paid"])
    meaning: str


class WebhookEndpoint(Row):
    """An address that hears of what happens. Instants are real, not of the business clock."""

    id: int
    url: str
    description: str
    event_types: list[str]
    seller: str | None = Field(validation_alias="seller_code", description="hears of this one only; null: of all")
    owner_email: str
    is_enabled: bool
    disabled_because: str
    failing_since: datetime | None = Field(description="since then nothing got through")
    waiting_count: int = Field(description="messages that are still to be sent")
    failed_count: int = Field(description="messages that were given up")
    last_delivered_at: datetime | None
    created_by: str
    created_at: datetime


class WebhookEndpointWithSecret(WebhookEndpoint):
    """An endpoint with the secret that signs for it, which is shown in this answer only."""

    secret: str = Field(
        description="verify with it by Standard Webhooks; it can't be shown again", examples=["whsec_…"]
    )


class WebhookMessage(Row):
    """One thing that happened, told to one endpoint."""

    id: str = Field(
        validation_alias="message_id", description="what the receiver sees as webhook-id; the same on every try"
    )
    endpoint_id: int
    event_type: str
    about: str = Field(description="the object by the name that people know", examples=["INV-000017 of C-4"])
    status: MessageStatus
    tries: int
    try_at: datetime | None = Field(description="when it is sent next")
    delivered_at: datetime | None
    happened_at: datetime = Field(description="by the business clock")
    created_at: datetime


class WebhookTry(Row):
    """One sending."""

    tried_at: datetime
    duration_ms: int
    http_status: int | None = Field(description="null: there was no answer")
    problem: str = Field(description="why it does not count as taken; empty: it was taken")
    answer: str = Field(description="its first 2,000 characters")


class WebhookMessageInFull(WebhookMessage):
    """A message with the text that is sent, and each try of the last 30 days."""

    body: str
    log: list[WebhookTry]


class Replayed(Schema):
    """How many are sent."""

    count: int
    sent_again: int = Field(description="of them, anew")
    hurried: int = Field(description="of them, that waited for a later try")


@router.get("/webhook-event-types", response=list[WebhookEventType], auth=Needs(WEBHOOKS_ADMIN))
def list_webhook_event_types(request: HttpRequest) -> list[dict[str, str]]:
    """What can be heard of."""
    return [{"event_type": name, "meaning": meaning} for name, meaning in EVENT_TYPES.items()]


@router.get("/webhook-endpoints", response=Page[WebhookEndpoint], auth=Needs(WEBHOOKS_ADMIN))
def list_webhook_endpoints(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """All addresses that hear of what happens, those that are switched off too."""
    rows = queries.list_endpoints(after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda endpoint: endpoint.pk)


@router.post("/webhook-endpoints", response={201: WebhookEndpointWithSecret}, auth=Needs(WEBHOOKS_ADMIN))
def create_webhook_endpoint(request: HttpRequest, body: WebhookTerms, response: HttpResponse) -> dict[str, Any]:
    """Tell an address of what happens from now on. Its secret is shown in this answer only; therefore an
    Idempotency-Key has no effect here."""
    response.is_secret = True  # type: ignore[attr-defined]  # an answer that is remembered would store it
    return _show_kept(keeping.create_webhook_endpoint(body.to_terms(), at=datetime.now(UTC), actor=get_actor(request)))


@router.get("/webhook-endpoints/{endpoint_id}", response=WebhookEndpoint, auth=Needs(WEBHOOKS_ADMIN))
def get_webhook_endpoint(request: HttpRequest, endpoint_id: Path[Id]) -> object:
    """One address."""
    return queries.get_endpoint(endpoint_id)


@router.put("/webhook-endpoints/{endpoint_id}", response=WebhookEndpoint, auth=Needs(WEBHOOKS_ADMIN))
def change_webhook_endpoint(request: HttpRequest, endpoint_id: Path[Id], body: WebhookTerms) -> object:
    """Replace its terms; messages that wait go to the new address. Its secret stays."""
    keeping.change_webhook_endpoint(endpoint_id, terms=body.to_terms(), at=datetime.now(UTC), actor=get_actor(request))
    return queries.get_endpoint(endpoint_id)


@router.post("/webhook-endpoints/{endpoint_id}/switch", response=WebhookEndpoint, auth=Needs(WEBHOOKS_ADMIN))
def switch_webhook_endpoint(request: HttpRequest, endpoint_id: Path[Id], body: WebhookSwitch) -> object:
    """Switch it on or off. Off, what waits for it is dropped; it can be sent again later."""
    keeping.switch_webhook_endpoint(
        endpoint_id, is_enabled=body.is_enabled, reason=body.reason, at=datetime.now(UTC), actor=get_actor(request)
    )
    return queries.get_endpoint(endpoint_id)


@router.post(
    "/webhook-endpoints/{endpoint_id}/rotate-secret", response=WebhookEndpointWithSecret, auth=Needs(WEBHOOKS_ADMIN)
)
def rotate_webhook_secret(request: HttpRequest, endpoint_id: Path[Id], response: HttpResponse) -> dict[str, Any]:
    """Give it a new secret, shown in this answer only. For a day messages are signed with both."""
    response.is_secret = True  # type: ignore[attr-defined]
    return _show_kept(keeping.rotate_webhook_secret(endpoint_id, at=datetime.now(UTC), actor=get_actor(request)))


@router.delete("/webhook-endpoints/{endpoint_id}", response={204: None}, auth=Needs(WEBHOOKS_ADMIN))
def remove_webhook_endpoint(request: HttpRequest, endpoint_id: Path[Id]) -> tuple[int, None]:
    """Tell it nothing any more. There is no way back; what it was told stays on record."""
    keeping.remove_webhook_endpoint(endpoint_id, at=datetime.now(UTC), actor=get_actor(request))
    return 204, None


@router.post("/webhook-endpoints/{endpoint_id}/test", response={201: WebhookMessage}, auth=Needs(WEBHOOKS_ADMIN))
def test_webhook_endpoint(request: HttpRequest, endpoint_id: Path[Id]) -> object:
    """Send it a message that is a test and says so; look at the message to see what came of it."""
    return send_test_event(endpoint_id, at=datetime.now(UTC), actor=get_actor(request))


class MessageQuery(Schema):
    """Which messages."""

    status: MessageStatus | None = None
    event_type: Text80 = ""


@router.get("/webhook-endpoints/{endpoint_id}/messages", response=Page[WebhookMessage], auth=Needs(WEBHOOKS_ADMIN))
def list_webhook_messages(
    request: HttpRequest, endpoint_id: Path[Id], which: Query[MessageQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """What it was told, the newest first."""
    rows = queries.list_messages(
        endpoint_id=endpoint_id,
        status=which.status or "",
        event_type=which.event_type,
        before_id=read_cursor(paging, of=MESSAGES),
        limit=paging.limit + 1,
    )
    return make_page(rows, paging=paging, of=MESSAGES, get_id=lambda message: message.pk)


@router.post("/webhook-endpoints/{endpoint_id}/replay", response=Replayed, auth=Needs(WEBHOOKS_ADMIN))
def replay_webhook_messages(request: HttpRequest, endpoint_id: Path[Id], body: WebhookStretch) -> dict[str, int]:
    """Send again what it was told in a stretch of time: what failed or was dropped, or what you name. What waits for
    its next try is sent now."""
    replayed = replay_webhooks(
        endpoint_id,
        since=body.since,
        until=body.until,
        statuses=body.statuses,
        at=datetime.now(UTC),
        actor=get_actor(request),
    )
    return {"count": sum(replayed), **replayed._asdict()}


@router.get("/webhook-messages/{message_id}", response=WebhookMessageInFull, auth=Needs(WEBHOOKS_ADMIN))
def get_webhook_message(request: HttpRequest, message_id: Path[Text300]) -> dict[str, Any]:
    """One message with its text and each try."""
    message = queries.get_message(message_id)
    told = WebhookMessage.from_orm(message).model_dump()
    return {**told, "body": message.body, "log": queries.list_tries(message)}


@router.post("/webhook-messages/{message_id}/replay", response=WebhookMessage, auth=Needs(WEBHOOKS_ADMIN))
def replay_webhook_message(request: HttpRequest, message_id: Path[Text300]) -> object:
    """Send one message again, under its own id; one that waits for its next try now."""
    return replay_webhook(message_id, at=datetime.now(UTC), actor=get_actor(request))


def _show_kept(kept: keeping.KeptEndpoint) -> dict[str, Any]:
    shown = WebhookEndpoint.from_orm(queries.get_endpoint(kept.endpoint.pk)).model_dump()
    return {**shown, "secret": kept.secret}
