"""Write the messages of what happened for the endpoints that want to hear of it."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple, Protocol

from django.db import transaction

from tallystick.delivery.core.webhook_types import TEST, find_event_type, hears
from tallystick.delivery.errors import WebhookEndpointOff
from tallystick.delivery.models import WebhookEndpoint, WebhookMessage
from tallystick.delivery.operations.keep_webhook_endpoint import record_endpoint_event
from tallystick.delivery.queries.webhooks import get_endpoint
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.models import OutboxEntry
from tallystick.plumbing.outbox import take_entries
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN

ENTRIES_AT_ONCE = 20


class Told(NamedTuple):
    """An object as programs see it: its kind (`invoice`), its seller's code, and its values as the API gives them."""

    kind: str
    seller: str
    values: Mapping[str, Any]


class Compose(Protocol):
    """Tells objects of a topic as they stand now; one that is gone is left out."""

    def __call__(self, topic: str, object_ids: Collection[int], /) -> Mapping[int, Told]:
        """By id."""


def pass_on_entries(*, compose: Compose, at: datetime) -> int:
    """Turn some waiting entries of the outbox into messages; return how many entries there were.

    In one transaction with taking them out, so that a killed process tells nothing twice and forgets nothing. `at` is
    the real instant. Ask again until it returns 0.
    """
    with transaction.atomic():
        entries = take_entries(limit=ENTRIES_AT_ONCE)
        endpoints = list(
            WebhookEndpoint.objects.filter(is_enabled=True, removed_at__isnull=True).select_related("seller")
        )
        if endpoints:
            messages = [message for entry in entries for message in _compose_entry(entry, endpoints, compose, at)]
            WebhookMessage.objects.bulk_create(messages, batch_size=1000)
            if messages:
                enqueue("webhooks.send", queue="delivery")
    return len(entries)


def send_test_event(endpoint_id: int, *, at: datetime, actor: Actor) -> WebhookMessage:
    """Write a message that says nothing but that it is a test, and ask for its sending. Refuses WebhookEndpointOff."""
    actor.require(WEBHOOKS_ADMIN)
    endpoint = get_endpoint(endpoint_id)
    if not endpoint.is_enabled:
        raise WebhookEndpointOff(endpoint_id=endpoint_id)
    data = {"object": {"asked_by": actor.label}, "previous": {}, "sequence": 0}
    with transaction.atomic():
        message = _compose_message(endpoint, TEST, data, happened_at=at, at=at)
        message.save()
        record_endpoint_event(endpoint.pk, event="test", at=at, actor=actor)
        enqueue("webhooks.send", queue="delivery")
    return message


def _compose_entry(
    entry: OutboxEntry, endpoints: Collection[WebhookEndpoint], compose: Compose, at: datetime
) -> Iterable[WebhookMessage]:
    told = compose(entry.topic, entry.object_ids)
    for object_id in entry.object_ids:
        thing = told.get(object_id)
        event_type = thing and find_event_type(entry.topic, event=entry.event, kind=thing.kind)
        if not thing or not event_type:
            continue
        data = {"object": thing.values, "previous": entry.previous, "sequence": entry.pk}
        for endpoint in endpoints:
            is_of_seller = endpoint.seller is None or endpoint.seller.code == thing.seller
            if is_of_seller and hears(endpoint.event_types, event_type=event_type):
                yield _compose_message(endpoint, event_type, data, happened_at=entry.happened_at, at=at)


def _compose_message(
    endpoint: WebhookEndpoint, event_type: str, data: Mapping[str, Any], *, happened_at: datetime, at: datetime
) -> WebhookMessage:
    content = {"type": event_type, "timestamp": happened_at.isoformat().replace("+00:00", "Z"), "data": data}
    return WebhookMessage(
        endpoint=endpoint,
        message_id=f"msg_{token_hex(16)}",
        event_type=event_type,
        body=json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        happened_at=happened_at,
        created_at=at,
        try_at=at,
    )
