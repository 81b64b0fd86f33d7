"""Requests to customers for a new payment method."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.delivery.core.method_requests import Occasion
from tallystick.payments.models import PaymentMethod


class MethodRequest(models.Model):
    """A customer was asked for a new payment method: once a day at most. One that could not be sent says why."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="method_requests")
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, related_name="requests")
    occasion = models.CharField(max_length=12)
    step_days = models.PositiveSmallIntegerField(help_text="days after the need arose: 0, 3, 7 or 14")
    told_on = models.DateField(help_text="the day, where the seller is")
    recipient = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="why it could not be sent")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "told_on"], name="one_method_request_a_day"),
            models.CheckConstraint(
                condition=Q(occasion__in=[each.value for each in Occasion]), name="method_request_occasion"
            ),
        ]
        indexes = [models.Index(fields=["method"], name="method_request_by_method")]

    def __str__(self) -> str:
        return f"request of {self.told_on} to {self.recipient}"
