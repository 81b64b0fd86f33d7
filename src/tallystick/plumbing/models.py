"""Rows of the plumbing."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class BusinessClock(models.Model):
    """The one row that says what time it is in this database; without it, time is real."""

    class Mode(models.TextChoices):
        """Whether time is the wall's or stands where it was set."""

        REAL = "real", "real"
        SET = "set", "set"

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    mode = models.CharField(max_length=4, choices=Mode, default=Mode.REAL)
    at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="plumbing_clock_is_one_row"),
            models.CheckConstraint(
                condition=models.Q(mode="real", at__isnull=True) | models.Q(mode="set", at__isnull=False),
                name="plumbing_clock_stands_when_set",
            ),
        ]

    def __str__(self) -> str:
        return "real time" if self.at is None else f"set to {self.at.isoformat()}"


class IdempotentCall(models.Model):
    """A call that was answered, so that the same call, sent again, gets the same answer instead of happening twice.

    Times are real, not of the business clock.
    """

    credential = models.CharField(max_length=100, help_text="kind and id of the actor: two actors never share a key")
    key = models.CharField(max_length=255, help_text="what the caller sent as Idempotency-Key")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status = models.PositiveSmallIntegerField(help_text="HTTP status of the answer")
    content_type = models.CharField(max_length=100)
    body = models.BinaryField()
    answered_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["credential", "key"], name="plumbing_idempotency_key_once"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.credential}"


class OutboxReader(models.Model):
    """Somebody wants to hear of what happens. Without a reader nothing is written into the outbox."""

    name = models.CharField(max_length=40, primary_key=True)

    def __str__(self) -> str:
        return self.name


class OutboxEntry(models.Model):
    """The same thing happened to these objects: written in its transaction, taken out when it was passed on."""

    topic = models.CharField(max_length=40, help_text="what kind of objects: document, payment, bill_run …")
    event = models.CharField(max_length=40)
    object_ids = ArrayField(models.BigIntegerField())
    previous = models.JSONField(default=dict, help_text="what the changed fields were before")
    happened_at = models.DateTimeField(help_text="by the business clock")

    class Meta:
        verbose_name_plural = "outbox entries"
        constraints = [
            models.CheckConstraint(condition=~models.Q(object_ids=[]), name="plumbing_outbox_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.event} of {len(self.object_ids)} × {self.topic}"
