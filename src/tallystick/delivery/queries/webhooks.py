"""Endpoints of webhooks, what they were told and with which success."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from tallystick.delivery.core.webhook_signature import compose_secret
from tallystick.delivery.errors import WebhookEndpointUnknown, WebhookMessageUnknown
from tallystick.delivery.models import WebhookEndpoint, WebhookEndpointEvent, WebhookMessage, WebhookTry

_PURPOSE = "tallystick.delivery.webhook"


def compute_secrets(salt: str) -> list[bytes]:
    """The 32 bytes that sign for a salt: from the server's secret, then from former ones, so that a change of the
    server's secret silences no receiver. A copy of the database alone can't sign."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [digest(key.encode(), f"{_PURPOSE}:{salt}".encode(), sha256) for key in keys]


def tell_secret(endpoint: WebhookEndpoint) -> str:
    """Its secret in the text that the receiver needs. For the moment after it was made, and for nobody else."""
    return compose_secret(compute_secrets(endpoint.secret_salt)[0])


def list_signing_secrets(endpoint: WebhookEndpoint, *, at: datetime) -> list[bytes]:
    """What messages to it are signed with at a real instant: while a secret is being replaced, also the former one."""
    secrets = compute_secrets(endpoint.secret_salt)
    if endpoint.former_until is not None and at < endpoint.former_until:
        secrets += compute_secrets(endpoint.former_salt)
    return secrets


def list_endpoints(*, after_id: int = 0, limit: int = 100) -> Sequence[WebhookEndpoint]:
    """Endpoints that were not removed, by id, with how many messages wait and failed, and when one last got through."""
    return list(_select_endpoints().filter(pk__gt=after_id).order_by("pk")[:limit])


def get_endpoint(endpoint_id: int) -> WebhookEndpoint:
    """One endpoint that was not removed. Raises WebhookEndpointUnknown."""
    found = _select_endpoints().filter(pk=endpoint_id).first()
    if found is None:
        raise WebhookEndpointUnknown(endpoint_id=endpoint_id)
    return found


def _select_endpoints() -> QuerySet[WebhookEndpoint]:
    return (
        WebhookEndpoint.objects.filter(removed_at__isnull=True)
        .select_related("seller")
        .annotate(
            waiting_count=Count("messages", filter=Q(messages__status="waiting")),
            failed_count=Count("messages", filter=Q(messages__status="failed")),
            last_delivered_at=Max("messages__delivered_at"),
        )
    )


def list_endpoint_events(endpoint_id: int) -> Sequence[WebhookEndpointEvent]:
    """What was done to an endpoint, the newest first."""
    return list(WebhookEndpointEvent.objects.filter(endpoint_id=endpoint_id).order_by("-pk")[:100])


def list_messages(
    *, endpoint_id: int, status: str = "", event_type: str = "", before_id: int = 0, limit: int = 100
) -> Sequence[WebhookMessage]:
    """What an endpoint was told, the newest first; `before_id` goes on where a page ended."""
    get_endpoint(endpoint_id)
    found = WebhookMessage.objects.filter(endpoint_id=endpoint_id).order_by("-pk")
    if status:
        found = found.filter(status=status)
    if event_type:
        found = found.filter(event_type=event_type)
    if before_id:
        found = found.filter(pk__lt=before_id)
    return list(found[:limit])


def get_message(message_id: str) -> WebhookMessage:
    """One message by the id that its receiver sees. Raises WebhookMessageUnknown."""
    found = WebhookMessage.objects.select_related("endpoint").filter(message_id=message_id).first()
    if found is None:
        raise WebhookMessageUnknown(message_id=message_id)
    return found


def list_tries(message: WebhookMessage) -> Sequence[WebhookTry]:
    """Each sending of a message that is still on record, the newest first."""
    return list(message.log.order_by("-pk"))


def list_due_messages(at: datetime, *, limit: int) -> list[int]:
    """Messages whose next try has come at a real instant, the oldest first."""
    due = WebhookMessage.objects.filter(status="waiting", try_at__lte=at).order_by("try_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def find_next_try_at() -> datetime | None:
    """When the next message is to be sent; None when none waits."""
    waiting = WebhookMessage.objects.filter(status="waiting").order_by("try_at")
    return waiting.values_list("try_at", flat=True).first()


def list_failing_endpoints(at: datetime, *, longer_than: timedelta) -> Sequence[WebhookEndpoint]:
    """Endpoints switched on to which nothing got through for so long."""
    return list(WebhookEndpoint.objects.filter(is_enabled=True, failing_since__lte=at - longer_than).order_by("pk"))
