"""Tell the owner of an endpoint to which nothing gets through, switch it off in the end, and forget old tries."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage

from tallystick.delivery.core.webhook_schedule import DISABLE_AFTER, TELL_OWNER_AFTER
from tallystick.delivery.models import WebhookEndpoint, WebhookTry
from tallystick.delivery.operations.keep_webhook_endpoint import disable_failing_endpoint
from tallystick.delivery.queries.webhooks import list_failing_endpoints
from tallystick.plumbing.actor import Actor

TRIES_KEPT_FOR = timedelta(days=30)


def watch_webhooks(*, at: datetime, actor: Actor) -> int:
    """At a real instant: write once to owners after a day without success, switch off after five; return how many.

    A mail server that fails is raised: the owner is then told the next time.
    """
    for endpoint in list_failing_endpoints(at, longer_than=DISABLE_AFTER):
        told = f"nothing got through for {DISABLE_AFTER.days} days"
        if disable_failing_endpoint(endpoint.pk, because=told, at=at, actor=actor):
            _tell(endpoint, f"It is switched off now, since {told}. Switch it on again when it answers.")
    failing = [each for each in list_failing_endpoints(at, longer_than=TELL_OWNER_AFTER) if not each.owner_told_at]
    for endpoint in failing:
        _tell(endpoint, f"It is tried on; after {DISABLE_AFTER.days} days without success it is switched off.")
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(owner_told_at=at)
    return len(failing)


def forget_old_tries(*, at: datetime) -> int:
    """Delete what is on record of tries older than 30 days; the messages stay. Return how many."""
    return WebhookTry.objects.filter(tried_at__lt=at - TRIES_KEPT_FOR).delete()[0]


def _tell(endpoint: WebhookEndpoint, what_follows: str) -> None:
    if not endpoint.owner_email:
        return
    since = f"{endpoint.failing_since:%Y-%m-%d %H:%M} UTC" if endpoint.failing_since else "some time"
    EmailMessage(
        subject=f"Webhooks to {endpoint} do not get through",
        body=f"Since {since} no webhook got through to\n\n    {endpoint.url}\n\n{what_follows}\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[endpoint.owner_email],
        headers={"Auto-Submitted": "auto-generated"},
    ).send()
