"""Webhooks that go out: who listens where, what was told, each try to tell it. Times are real, save `happened_at`."""

import json

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tallystick.delivery.core.webhook_lifecycle import MESSAGE_STATUSES
from tallystick.delivery.core.webhook_types import name_object
from tallystick.sellers.models import Seller


class WebhookEndpoint(models.Model):
    """An address at which a program of the company's wants to hear of what happens."""

    url = models.CharField(max_length=500)
    description = models.CharField(max_length=120, blank=True)
    seller = models.ForeignKey(
        Seller, on_delete=models.PROTECT, null=True, blank=True, help_text="hears of this seller only; empty: of all"
    )
    event_types = ArrayField(models.CharField(max_length=60), help_text="what it hears of; empty: everything")
    owner_email = models.CharField(max_length=254, blank=True, help_text="who is told when nothing gets through")
    # The secret itself is never stored: it is drawn from this and the server's own secret.
    secret_salt = models.CharField(max_length=64)
    former_salt = models.CharField(max_length=64, blank=True)
    former_until = models.DateTimeField(null=True, blank=True, help_text="until then messages are signed with both")
    is_enabled = models.BooleanField(default=True)
    disabled_because = models.CharField(max_length=200, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True, help_text="first failure since the last success")
    owner_told_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True, help_text="it is no more; what was told stays")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(former_salt="", former_until__isnull=True)
                | (~Q(former_salt="") & Q(former_until__isnull=False)),
                name="webhook_former_secret_ends",
            ),
            models.CheckConstraint(condition=Q(removed_at__isnull=True) | Q(is_enabled=False), name="webhook_removed"),
        ]

    def __str__(self) -> str:
        return self.description or self.url

    @property
    def seller_code(self) -> str | None:
        """The only seller that it hears of; None: all."""
        return self.seller.code if self.seller else None


class WebhookEndpointEvent(models.Model):
    """What was done to an endpoint: who, when, why. Append-only."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of {self.endpoint_id}"


class WebhookMessage(models.Model):
    """One thing that happened, told to one endpoint. Its body never changes, and neither does its id on a retry."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="messages", db_index=False)
    message_id = models.CharField(max_length=40, help_text="the receiver's key against hearing it twice")
    event_type = models.CharField(max_length=60)
    body = models.TextField(help_text="the very bytes that are signed and sent, as UTF-8")
    happened_at = models.DateTimeField(help_text="by the business clock")
    created_at = models.DateTimeField()
    status = models.CharField(max_length=10, default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    try_at = models.DateTimeField(null=True, help_text="when it is sent next; empty: not again")
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message_id"], name="webhook_message_once"),
            models.CheckConstraint(condition=Q(status__in=MESSAGE_STATUSES), name="webhook_message_status"),
            models.CheckConstraint(
                condition=Q(status="waiting", try_at__isnull=False) | (~Q(status="waiting") & Q(try_at__isnull=True)),
                name="webhook_message_waits_for_an_instant",
            ),
            models.CheckConstraint(
                condition=~Q(status="delivered") | Q(delivered_at__isnull=False), name="webhook_delivered_at"
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "id"], name="webhook_messages_told"),
            models.Index(fields=["try_at"], condition=Q(status="waiting"), name="webhook_messages_due"),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def about(self) -> str:
        """The object that it tells of, by the name that people know."""
        return name_object(self.event_type, values=json.loads(self.body)["data"]["object"])


class WebhookTry(models.Model):
    """One sending of a message and what was answered. Kept for 30 days."""

    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="log")
    tried_at = models.DateTimeField(db_index=True)
    duration_ms = models.PositiveIntegerField()
    http_status = models.PositiveSmallIntegerField(null=True, help_text="empty: there was no answer")
    answer = models.TextField(blank=True, help_text="its first 2,000 characters")
    problem = models.CharField(max_length=300, blank=True, help_text="why it does not count as taken")

    def __str__(self) -> str:
        return f"{self.message_id} at {self.tried_at.isoformat()}"
