"""Attempts: one try to move one amount once, what it is for, what happened to it, and the calls that it took."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.payments.core.attempt_lifecycle import ATTEMPT_STATUSES
from tallystick.payments.models.methods import GatewayAccount, PaymentMethod


class PaymentAttempt(models.Model):
    """Committed before the gateway is called. Its key never changes, so that a repeated call charges once."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_attempts")
    kind = models.CharField(
        max_length=8, default="collect", db_default="collect", help_text="checkout: a customer pays on a page"
    )
    method = models.ForeignKey(
        PaymentMethod,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="attempts",
        help_text="what is charged",
    )
    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, db_index=False)
    our_id = models.UUIDField(unique=True, help_text="what the gateway keeps for us: unlike any other database's")
    key = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16, default="created")
    description = models.CharField(max_length=200)
    gateway_ref = models.CharField(max_length=80, blank=True)
    dashboard_url = models.CharField(max_length=300, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=300, blank=True)
    quarantine_reason = models.CharField(max_length=300, blank=True, help_text="the gateway reports something else")
    sends = models.PositiveSmallIntegerField(default=0)
    looks = models.PositiveSmallIntegerField(default=0, help_text="looks since the status changed")
    misses = models.PositiveSmallIntegerField(default=0, help_text="look-ups that found nothing")
    created_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True, blank=True, help_text="the key lives from here")
    sent_at = models.DateTimeField(null=True, blank=True)
    look_again_at = models.DateTimeField(null=True, blank=True)
    observed_at = models.DateTimeField(null=True, blank=True)
    final_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="attempt_amount_is_positive"),
            models.CheckConstraint(
                condition=Q(kind="collect", method__isnull=False) | Q(kind="checkout", method__isnull=True),
                name="attempt_charges_or_asks",
            ),
            models.CheckConstraint(condition=Q(status__in=ATTEMPT_STATUSES), name="attempt_status"),
            models.CheckConstraint(condition=~Q(status="failed") | ~Q(failure_code=""), name="failed_attempt_says_why"),
            models.UniqueConstraint(
                fields=["gateway_account", "gateway_ref"], condition=~Q(gateway_ref=""), name="gateway_payment_once"
            ),
        ]
        indexes = [
            models.Index(fields=["look_again_at"], name="attempt_to_look_at", condition=Q(look_again_at__isnull=False)),
            models.Index(fields=["id"], name="attempt_held", condition=~Q(quarantine_reason="")),
            models.Index(
                fields=["final_at"],
                name="attempt_failed_at",
                condition=Q(status__in=["failed", "canceled", "expired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"attempt {self.pk}"

    @property
    def paid_with(self) -> str:
        """What is charged, as people may see it; where a customer pays on a page, that it is one."""
        return self.method.label if self.method is not None else "a payment page"


class AttemptPurpose(models.Model):
    """What an attempt pays for, as text ("document:17"), with its share. One live attempt a purpose."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="purposes")
    purpose = models.CharField(max_length=60)
    amount_minor = models.BigIntegerField()
    is_live = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose"], condition=Q(is_live=True), name="one_live_attempt_a_purpose"),
            models.UniqueConstraint(fields=["attempt", "purpose"], name="purpose_once_an_attempt"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="purpose_amount_is_positive"),
        ]
        indexes = [models.Index(fields=["purpose"], name="attempt_by_purpose")]

    def __str__(self) -> str:
        return self.purpose


class AttemptEvent(models.Model):
    """A change of an attempt's status. Append-only."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_status = models.CharField(max_length=16, blank=True)
    to_status = models.CharField(max_length=16)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of attempt {self.attempt_id}"


class GatewayCall(models.Model):
    """One call to a gateway and how it ended. No card data. Append-only."""

    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, related_name="calls")
    operation = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10)
    detail = models.CharField(max_length=300, blank=True)
    duration_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["done", "refused", "not_sent", "unknown", "missing"]),
                name="gateway_call_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operation}: {self.outcome}"
