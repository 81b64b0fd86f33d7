"""Installed items and locations, and how a subscription's services are spread over them (CRM-53)."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account
from tallystick.subscriptions.models.agreements import Subscription, SubscriptionService


class InstalledItem(models.Model):
    """A device with a serial number, or a location, of a subscription, from when on and until when it has services."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="installed_items", db_index=False)
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="installed_items")
    name = models.CharField(max_length=80, help_text="serial number of the device, or name of the location")
    installed_on = models.DateField()
    removed_on = models.DateField(null=True, blank=True, help_text="first day without any service on it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "name"], condition=Q(removed_on__isnull=True), name="installed_once_an_account"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="installed_item_has_a_name"),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True) | Q(removed_on__gte=F("installed_on")),
                name="installed_before_removed",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ServicePlacement(models.Model):
    """How many of a subscription service are on an item between two dates. The live ones sum to its quantity."""

    item = models.ForeignKey(InstalledItem, on_delete=models.PROTECT, related_name="placements")
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, related_name="placements")
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="first day on which it is no longer so")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_service", "item"], condition=Q(until_on__isnull=True), name="placed_once_an_item"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="placement_quantity_is_positive"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="placement_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.subscription_service_id} on {self.item}"
