"""Send messages again that were delivered, failed or dropped, and at once what waits: one, or a stretch of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet

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
WAITING = "waiting"
REPLAYED_STATUSES: tuple[str, ...] = ("delivered", "failed", "dropped", WAITING)
USUAL_STATUSES: tuple[str, ...] = ("failed", "dropped", WAITING)


class Replayed(NamedTuple):
    """How many messages are sent again from the beginning, and of how many that waited the next try is now."""

    sent_again: int
    hurried: int


def replay_webhook(message_id: str, *, at: datetime, actor: Actor) -> WebhookMessage:
    """Send one message again at once, under its own id, with the whole schedule of tries before it.

    Of one that waits the next try is moved to now; its tries so far count. Refuses WebhookMessageUnknown and
    WebhookEndpointOff.
    """
    actor.require(WEBHOOKS_ADMIN)
    message = get_message(message_id)
    _require_on(message.endpoint_id)
    with transaction.atomic():
        locked = WebhookMessage.objects.select_for_update().get(pk=message.pk)
        event = "hurry" if locked.status == WAITING else "replay"
        apply_message_event(locked.status, event=event, message=message_id)
        _write(WebhookMessage.objects.filter(pk=locked.pk), at)
        record_endpoint_event(locked.endpoint_id, event=event, at=at, actor=actor, reason=message_id)
    locked.refresh_from_db()
    return locked


def replay_webhooks(
    endpoint_id: int,
    *,
    since: datetime,
    until: datetime,
    at: datetime,
    actor: Actor,
    statuses: Sequence[str] = USUAL_STATUSES,
) -> Replayed:
    """Send again what was made for an endpoint in [since, until) and ended in one of `statuses`, and at once what of it
    waits for a later try; return how many of each.

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
            ~Q(status=WAITING) | Q(try_at__gt=at),
            endpoint_id=endpoint_id,
            created_at__gte=since,
            created_at__lt=until,
            status__in=statuses,
        )
        count = meant.count()
        if count > MOST_AT_ONCE:
            raise TooManyToReplay(count=count, most=MOST_AT_ONCE, field="since")
        replayed = _write(meant, at)
        many = f"{replayed.sent_again} again, {replayed.hurried} that waited"
        told = f"{many}, of {since.isoformat(timespec='minutes')} to {until.isoformat(timespec='minutes')}"
        if any(replayed):
            record_endpoint_event(endpoint_id, event="replay", at=at, actor=actor, reason=told)
    return replayed


def _require_on(endpoint_id: int) -> None:
    if not get_endpoint(endpoint_id).is_enabled:
        raise WebhookEndpointOff(endpoint_id=endpoint_id)


def _write(messages: QuerySet[WebhookMessage], at: datetime) -> Replayed:
    hurried = messages.filter(status=WAITING).update(try_at=at)
    over = messages.exclude(status=WAITING)
    replayed = Replayed(over.update(status=WAITING, tries=0, try_at=at, delivered_at=None), hurried)
    if any(replayed):
        enqueue("webhooks.send", queue="delivery")
    return replayed
