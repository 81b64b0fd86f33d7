"""Send messages again that were delivered, failed or dropped: one, or all of a stretch of time."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tallystick.delivery.core.webhook_lifecycle import apply_message_event
from tallystick.delivery.errors import TooManyToReplay, WebhookEndpointOff
from tallystick.delivery.models import WebhookMessage
from tallystick.delivery.operations.keep_webhook_endpoint import record_endpoint_event
from tallystick.delivery.queries.webhooks import get_endpoint, get_message
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN

MOST_AT_ONCE = 10_000
REPLAYED_STATUSES: tuple[str, ...] = ("delivered", "failed", "dropped")


def replay_webhook(message_id: str, *, at: datetime, actor: Actor) -> WebhookMessage:
    """Send one message again at once, under its own id, with the whole schedule of tries before it.

    Refuses WebhookMessageUnknown, WebhookEndpointOff, and one that waits to be sent anyway (WrongWebhookState).
    """
    actor.require(WEBHOOKS_ADMIN)
    message = get_message(message_id)
    _require_on(message.endpoint_id)
    with transaction.atomic():
        locked = WebhookMessage.objects.select_for_update().get(pk=message.pk)
        apply_message_event(locked.status, event="replay", message=message_id)
        _write(WebhookMessage.objects.filter(pk=locked.pk), at)
        record_endpoint_event(locked.endpoint_id, event="replay", at=at, actor=actor, reason=message_id)
    locked.refresh_from_db()
    return locked


def replay_webhooks(
    endpoint_id: int,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    actor: Actor,
    statuses: Sequence[str] = ("failed", "dropped"),
) -> int:
    """Send again what was made for an endpoint in [since, until) and ended in one of `statuses`; return how many.

    Refuses WebhookEndpointUnknown, WebhookEndpointOff, TooManyToReplay, and a stretch or status that there is not.
    """
    actor.require(WEBHOOKS_ADMIN)
    if until <= since:
        raise InvalidInput("The end must come after the beginning.", field="until")
    if wrong := sorted(set(statuses) - set(REPLAYED_STATUSES)):
        raise InvalidInput(f"{wrong[0]} can't be sent again; {', '.join(REPLAYED_STATUSES)} can.", field="statuses")
    _require_on(endpoint_id)
    with transaction.atomic():
        meant = WebhookMessage.objects.filter(
            endpoint_id=endpoint_id, created_at__gte=since, created_at__lt=until, status__in=statuses
        )
        count = meant.count()
        if count > MOST_AT_ONCE:
            raise TooManyToReplay(count=count, most=MOST_AT_ONCE, field="since")
        replayed = _write(meant, at)
        told = f"{replayed} of {since.isoformat()} to {until.isoformat()}"
        record_endpoint_event(endpoint_id, event="replay", at=at, actor=actor, reason=told)
    return replayed


def _require_on(endpoint_id: int) -> None:
    if not get_endpoint(endpoint_id).is_enabled:
        raise WebhookEndpointOff(endpoint_id=endpoint_id)


def _write(messages: QuerySet[WebhookMessage], at: datetime) -> int:
    replayed = messages.update(status="waiting", tries=0, try_at=at, delivered_at=None)
    if replayed:
        enqueue("webhooks.send", queue="delivery")
    return replayed
