"""Reconciliation: when both sides were compared, and what could not be explained."""

from django.db import models
from django.db.models import Q

from tallystick.payments.core.reconciling import FINDINGS
from tallystick.payments.models.attempts import PaymentAttempt
from tallystick.payments.models.methods import GatewayAccount


class Reconciliation(models.Model):
    """One comparison with one gateway account, over its payments since `since`. Append-only in effect."""

    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="reconciliations")
    since = models.DateTimeField()
    at = models.DateTimeField()
    is_complete = models.BooleanField(help_text="whether the gateway answered; if not, nothing was compared")
    listed = models.PositiveIntegerField(default=0, help_text="payments that the gateway told of")
    found_again = models.PositiveIntegerField(default=0, help_text="charges that were booked only because of it")
    differences = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300, blank=True, help_text="why it is not complete")

    class Meta:
        indexes = [models.Index(fields=["gateway_account", "at"], name="reconciliation_by_time")]

    def __str__(self) -> str:
        return f"reconciliation {self.pk}"


class ReconciliationFinding(models.Model):
    """A difference between both sides. Open until a later comparison explains it, or a person does."""

    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20)
    attempt = models.ForeignKey(PaymentAttempt, on_delete=models.PROTECT, null=True, related_name="findings")
    gateway_ref = models.CharField(max_length=80, blank=True)
    our_id = models.CharField(max_length=80, blank=True)
    their_status = models.CharField(max_length=20, blank=True)
    their_minor = models.BigIntegerField(default=0)
    their_currency = models.CharField(max_length=3, blank=True)
    our_status = models.CharField(max_length=20, blank=True)
    our_minor = models.BigIntegerField(default=0)
    our_currency = models.CharField(max_length=3, blank=True)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="when it was found last")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_as = models.CharField(max_length=300, blank=True, help_text="what explains it")
    is_settled_by_person = models.BooleanField(default=False)
    actor_kind = models.CharField(max_length=12, blank=True)
    actor_id = models.CharField(max_length=80, blank=True)
    actor_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=tuple(FINDINGS)), name="finding_kind"),
            models.UniqueConstraint(
                fields=["gateway_account", "kind", "gateway_ref", "our_id"], name="difference_found_once"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_as="") | Q(settled_at__isnull=False) & ~Q(settled_as=""),
                name="settled_finding_says_why",
            ),
        ]
        indexes = [models.Index(fields=["id"], name="open_finding", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.gateway_ref or self.our_id}"
