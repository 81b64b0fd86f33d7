"""Rows of what is charged less: discounts of a service, and of all services of a subscription."""

from django.db import models
from django.db.models import F, Q

from tallystick.subscriptions.models.agreements import Subscription, SubscriptionService


class ServiceDiscount(models.Model):
    """What one subscription service is charged less (or, with a negative amount, more) between two dates."""

    PERCENT, AMOUNT = "percent", "amount"

    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, related_name="discounts")
    position = models.PositiveSmallIntegerField(default=1, help_text="order of application")
    kind = models.CharField(max_length=8)
    value = models.DecimalField(max_digits=18, decimal_places=6, help_text="percent, or major units a full period")
    label = models.CharField(max_length=120, default="Discount")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True, help_text="first day without it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription_service", "position"], name="discount_position_once"),
            models.CheckConstraint(condition=Q(kind__in=["percent", "amount"]), name="discount_kind"),
            models.CheckConstraint(
                condition=~Q(kind="percent") | Q(value__gt=0, value__lte=100), name="discount_percent_in_range"
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gt=F("from_on")),
                name="discount_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class SubscriptionDiscount(models.Model):
    """What all services of a subscription together are charged less between two dates. It is ended, never removed.

    An amount is off a full period of the subscription, split over its services by what they cost.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="discounts")
    position = models.PositiveSmallIntegerField(help_text="order of application")
    kind = models.CharField(max_length=8)
    value = models.DecimalField(max_digits=18, decimal_places=6, help_text="percent, or major units a full period")
    label = models.CharField(max_length=120, default="Discount")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True, help_text="first day without it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "position"], name="subscription_discount_position_once"),
            models.CheckConstraint(
                condition=Q(kind="percent", value__gt=0, value__lte=100) | Q(kind="amount", value__gt=0),
                name="subscription_discount_in_range",
            ),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="subscription_discount_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.label
