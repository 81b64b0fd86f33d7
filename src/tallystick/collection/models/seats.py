"""What seats above the mark of their period cost, and whether that is paid (DEM-45)."""

from django.db import models
from django.db.models import F, Q

from tallystick.invoicing.models import Document
from tallystick.subscriptions.models import Subscription


class SeatCharge(models.Model):
    """An invoice for seats that were added in a period: from `seats_before` to `seats`.

    `failed_at` is since when billing is not in line with the seats; `settled_at` ends that. Both are set once.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="seat_charges")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="seat_charge")
    seats_before = models.PositiveIntegerField()
    seats = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    failed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats__gt=F("seats_before")), name="seat_charge_is_for_more"),
        ]
        indexes = [models.Index(fields=["subscription"], name="seat_charge_open", condition=Q(settled_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.seats - self.seats_before} seats of subscription {self.subscription_id}"
