"""Send the messages that are due: claimed, sent side by side outside any transaction, and written down."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from tallystick.delivery.core.webhook_lifecycle import apply_message_event
from tallystick.delivery.core.webhook_schedule import DISABLE_AFTER, GONE, find_next_try
from tallystick.delivery.core.webhook_signature import sign
from tallystick.delivery.models import WebhookEndpoint, WebhookMessage, WebhookTry
from tallystick.delivery.operations.keep_webhook_endpoint import disable_failing_endpoint
from tallystick.delivery.operations.post_webhook import TIMEOUT_SECONDS, Posted, post_webhook
from tallystick.delivery.queries.webhooks import list_signing_secrets
from tallystick.plumbing.actor import Actor

SIDE_BY_SIDE = 8
CLAIMED_AT_ONCE = 40
# While a message is claimed nobody else sends it; after that its sender is dead and the next one may.
CLAIM = timedelta(seconds=TIMEOUT_SECONDS * CLAIMED_AT_ONCE / SIDE_BY_SIDE + 60)


def send_due_webhooks(*, at: datetime, actor: Actor) -> int:
    """Send some of what is due at the real instant `at`; return how many. Ask again until it returns 0.

    At least once: a process killed between the receiver's answer and our note of it sends again under the same id.
    """
    claimed = _claim(at)
    if claimed:
        signed = [(message, list_signing_secrets(message.endpoint, at=at)) for message in claimed]
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            answers = list(pool.map(lambda each: _post(each[0], each[1], at), signed))
        for message, posted in zip(claimed, answers, strict=True):
            _write_down(message, posted, at, actor)
    return len(claimed)


def _claim(at: datetime) -> Sequence[WebhookMessage]:
    """Take due messages whose endpoint is on, the oldest first, and put their next try off until the claim is over."""
    with transaction.atomic():
        due = WebhookMessage.objects.select_for_update(skip_locked=True, of=("self",)).select_related("endpoint")
        claimed = list(due.filter(status="waiting", try_at__lte=at).order_by("try_at", "pk")[:CLAIMED_AT_ONCE])
        WebhookMessage.objects.filter(pk__in=[each.pk for each in claimed]).update(try_at=at + CLAIM)
    return claimed


def _post(message: WebhookMessage, secrets: Sequence[bytes], at: datetime) -> Posted:
    body = message.body.encode()
    headers = sign(body, message_id=message.message_id, sent_at=at, secrets=secrets)
    return post_webhook(
        message.endpoint.url, body=body, headers=headers, may_be_private=settings.WEBHOOKS_MAY_BE_PRIVATE
    )


def _write_down(sent: WebhookMessage, posted: Posted, at: datetime, actor: Actor) -> None:
    heard = posted.heard
    with transaction.atomic():
        message = WebhookMessage.objects.select_for_update().get(pk=sent.pk)
        if message.status != "waiting":  # its endpoint was switched off meanwhile, or another claim was faster
            return
        WebhookTry.objects.create(
            message=message,
            tried_at=at,
            duration_ms=posted.duration_ms,
            http_status=heard.http_status,
            answer=posted.answer,
            problem=heard.problem[:300],
        )
        message.tries += 1
        message.try_at = None
        if not heard.problem:
            message.status = apply_message_event(message.status, event="take")
            message.delivered_at = at
        else:
            spread = int(message.message_id[-4:], 16) + message.tries
            message.try_at = find_next_try(tries=message.tries, at=at, heard=heard, spread=spread)
            message.status = apply_message_event(message.status, event="retry" if message.try_at else "give_up")
        message.save(update_fields=["status", "tries", "try_at", "delivered_at"])
        _note_endpoint(message.endpoint_id, posted, at)
    _disable_if_hopeless(message.endpoint_id, posted, at, actor)


def _note_endpoint(endpoint_id: int, posted: Posted, at: datetime) -> None:
    endpoint = WebhookEndpoint.objects.filter(pk=endpoint_id)
    if posted.heard.problem:
        endpoint.filter(failing_since__isnull=True).update(failing_since=at)
    else:
        endpoint.filter(failing_since__isnull=False).update(failing_since=None, owner_told_at=None)


def _disable_if_hopeless(endpoint_id: int, posted: Posted, at: datetime, actor: Actor) -> None:
    if posted.heard.http_status == GONE:
        disable_failing_endpoint(endpoint_id, because="it answered 410: gone for good", at=at, actor=actor)
    elif posted.heard.problem and WebhookEndpoint.objects.filter(
        pk=endpoint_id, is_enabled=True, failing_since__lte=at - DISABLE_AFTER
    ):
        told = f"nothing got through for {DISABLE_AFTER.days} days"
        disable_failing_endpoint(endpoint_id, because=told, at=at, actor=actor)
