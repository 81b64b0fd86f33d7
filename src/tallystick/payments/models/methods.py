"""Gateway accounts, customers at the gateway, and the payment methods that they saved."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.payments.core.method_rules import METHOD_STATES
from tallystick.sellers.models import Seller


class GatewayAccount(models.Model):
    """A seller's account at a gateway. Test and live never mix; nothing is sent to one that is not active."""

    TEST, LIVE = "test", "live"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="gateway_accounts")
    kind = models.CharField(max_length=20)
    mode = models.CharField(max_length=4, default=TEST)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind", "mode"], name="gateway_account_once"),
            models.CheckConstraint(condition=Q(mode__in=["test", "live"]), name="gateway_account_mode"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.mode}) of {self.seller}"


class GatewayAccountEvent(models.Model):
    """What a person did about a gateway account: connected it, switched it off or on. Append-only."""

    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.event} of gateway account {self.gateway_account_id}"


class GatewayCustomer(models.Model):
    """An account as the gateway knows it."""

    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="customers")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="gateway_customers")
    gateway_ref = models.CharField(max_length=80)
    asked_at = models.DateTimeField(null=True, blank=True, help_text="when it last told how their methods stand")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway_account", "account"], name="one_customer_an_account"),
            models.UniqueConstraint(fields=["gateway_account", "gateway_ref"], name="gateway_customer_once"),
        ]

    def __str__(self) -> str:
        return self.gateway_ref


class PaymentMethod(models.Model):
    """A saved method: a mandate at the gateway, and what we may show of it. Never a card number."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_methods")
    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="payment_methods")
    customer_ref = models.CharField(max_length=80)
    gateway_ref = models.CharField(max_length=80)
    kind = models.CharField(max_length=12)
    label = models.CharField(max_length=60, help_text="such as Visa •••• 4242")
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(max_length=8, default="valid")
    expires_on = models.DateField(null=True, blank=True, help_text="last day of a card; empty: it has none, or unknown")
    is_default = models.BooleanField(default=True)
    consecutive_failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField(null=True, blank=True)
    failure_limit = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="failures in a row after which it rests; empty: the billing rule's (ZUO-42)"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway_account", "gateway_ref"], name="payment_method_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_default=True), name="one_default_payment_method"
            ),
            models.CheckConstraint(
                condition=Q(failure_limit__isnull=True) | Q(failure_limit__gte=1, failure_limit__lte=100),
                name="payment_method_failure_limit",
            ),
            models.CheckConstraint(condition=Q(kind__in=["card", "sepa_debit"]), name="payment_method_kind"),
            models.CheckConstraint(condition=Q(state__in=METHOD_STATES), name="payment_method_state"),
        ]
        indexes = [
            models.Index(fields=["fingerprint"], name="method_by_fingerprint"),
            models.Index(fields=["expires_on"], condition=Q(expires_on__isnull=False), name="method_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.label


class PaymentMethodEvent(models.Model):
    """What a person did about a saved method: who, when, why. Append-only."""

    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)

    def __str__(self) -> str:
        return f"{self.event} of method {self.method_id}"
