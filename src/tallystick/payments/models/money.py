"""Money that arrived, by gateway or by bank transfer. Knows no invoice."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.payments.models.attempts import PaymentAttempt


class Payment(models.Model):
    """A fact: this much arrived, on this day, by this way. Never changed."""

    GATEWAY, TRANSFER = "gateway", "transfer"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=8)
    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="payment")
    gateway = models.CharField(max_length=20, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reference = models.CharField(max_length=140, blank=True)
    received_on = models.DateField()
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12, blank=True, db_default="", help_text="who recorded it")
    actor_id = models.CharField(max_length=80, blank=True, db_default="")
    actor_label = models.CharField(max_length=120, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_is_positive"),
            models.CheckConstraint(
                condition=Q(kind="gateway", attempt__isnull=False) | Q(kind="transfer", attempt__isnull=True),
                name="gateway_payment_has_its_attempt",
            ),
        ]
        indexes = [models.Index(fields=["received_on", "id"], name="payment_by_day")]

    def __str__(self) -> str:
        return f"payment {self.pk}"
