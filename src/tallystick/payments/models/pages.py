"""Pages on which a customer pays: the gateway's page of an attempt of kind checkout, and the links that lead there."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.payments.core.link_rules import LINK_STATES
from tallystick.payments.models.attempts import PaymentAttempt


class PaymentLink(models.Model):
    """A one-off request to pay, issued by staff. What it asks for never changes; `purposes` are [purpose, minor]."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_links")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200)
    purposes = models.JSONField(help_text="documents with the part of each; empty: in advance, it becomes credit")
    state = models.CharField(max_length=8, default="open")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="from here on it can't be paid")
    paid_at = models.DateTimeField(null=True, blank=True)
    canceled_at = models.DateTimeField(null=True, blank=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="link_amount_is_positive"),
            models.CheckConstraint(condition=Q(state__in=LINK_STATES), name="link_state"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="link_to_expire", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"payment link {self.pk}"


class AttemptPage(models.Model):
    """Where the customer of an attempt of kind checkout pays: what the gateway was asked for, and its page."""

    attempt = models.OneToOneField(PaymentAttempt, on_delete=models.PROTECT, related_name="page")
    link = models.ForeignKey(PaymentLink, on_delete=models.PROTECT, null=True, blank=True, related_name="pages")
    customer_ref = models.CharField(max_length=80)
    return_url = models.CharField(max_length=300)
    language = models.CharField(max_length=8, blank=True)
    action_url = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True, help_text="until when the gateway's page waits")

    def __str__(self) -> str:
        return f"page of attempt {self.attempt_id}"
