"""Money that left again: refunds that we order or find, and disputes by which a payer's bank took it back."""

from django.db import models
from django.db.models import Q

from tallystick.payments.core.refund_lifecycle import REFUND_STATUSES
from tallystick.payments.models.money import Payment


class Refund(models.Model):
    """A part of a payment on its way back. Committed before the gateway is called; its key never changes.

    `is_external`: made in the gateway's own dashboard, and found there. A transfer is sent back by a person, who
    confirms it.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    our_id = models.UUIDField(unique=True)
    key = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=10, default="created")
    reason = models.CharField(max_length=300)
    is_external = models.BooleanField(default=False)
    iban = models.CharField(max_length=34, blank=True, help_text="of a transfer: to where it goes back")
    gateway_ref = models.CharField(max_length=80, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    failure_detail = models.CharField(max_length=300, blank=True)
    looks = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    first_sent_at = models.DateTimeField(null=True, blank=True, help_text="the key lives from here")
    look_again_at = models.DateTimeField(null=True, blank=True)
    misses = models.PositiveSmallIntegerField(default=0, help_text="looks at the gateway that did not show it")
    final_at = models.DateTimeField(null=True, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_is_positive"),
            models.CheckConstraint(condition=Q(status__in=REFUND_STATUSES), name="refund_status"),
            models.UniqueConstraint(
                fields=["payment", "gateway_ref"], condition=~Q(gateway_ref=""), name="refund_at_gateway_once"
            ),
        ]
        indexes = [
            models.Index(fields=["look_again_at"], name="refund_to_look_at", condition=Q(look_again_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"refund {self.pk}"


class RefundEvent(models.Model):
    """A change of a refund's status. Append-only."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of refund {self.refund_id}"


class Dispute(models.Model):
    """Money that the payer's bank took back: a chargeback, a bounced debit. Each is a row by the gateway's own name.

    Booked as soon as it is known; `reversed_at` says when the money was given back to us.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    gateway_ref = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=4)
    code = models.CharField(max_length=40, help_text="of our list of failures")
    reason = models.CharField(max_length=300, blank=True, help_text="the bank's own word")
    opened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="dispute_is_positive"),
            models.CheckConstraint(condition=Q(status__in=["open", "won", "lost"]), name="dispute_status"),
            models.CheckConstraint(
                condition=Q(status="won", reversed_at__isnull=False) | ~Q(status="won"), name="dispute_won_when"
            ),
            models.UniqueConstraint(fields=["payment", "gateway_ref"], name="dispute_once"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.gateway_ref}"
