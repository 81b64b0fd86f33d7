"""Actions that wait for their day, and what became of them."""

from django.db import models
from django.db.models import Q

from tallystick.subscriptions.core.scheduled_action import SCHEDULED, SCHEDULED_ACTION_STATUSES
from tallystick.subscriptions.models.agreements import Subscription


class ScheduledAction(models.Model):
    """An action that is done, and billed, when its day comes (CRM-26). It leaves `scheduled` once, and for good.

    Who scheduled it is in whose name it is done. Each step appends an event of the subscription.
    """

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="scheduled_actions")
    action = models.JSONField(help_text="kind, services and what else it says")
    on = models.DateField(help_text="the day on which it is done, where the seller is")
    status = models.CharField(max_length=10, default=SCHEDULED)
    reason = models.CharField(max_length=300)
    scheduled_at = models.DateTimeField()
    scheduled_by_kind = models.CharField(max_length=12)
    scheduled_by_id = models.CharField(max_length=80)
    scheduled_by = models.CharField(max_length=120)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when it was done, refused or canceled")
    told = models.TextField(blank=True, help_text="why it was refused or canceled")
    documents = models.JSONField(default=list, blank=True, help_text="ids of the documents that it was billed by")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=SCHEDULED_ACTION_STATUSES), name="scheduled_action_status"),
            models.CheckConstraint(
                condition=Q(status=SCHEDULED, settled_at__isnull=True)
                | ~Q(status=SCHEDULED) & Q(settled_at__isnull=False),
                name="scheduled_action_waits_or_is_settled",
            ),
        ]
        indexes = [
            # The minute's look asks for those that wait; without it, it would read all that ever were.
            models.Index(fields=["on"], name="scheduled_action_due", condition=Q(status=SCHEDULED)),
        ]

    def __str__(self) -> str:
        return f"{self.action['kind']} on {self.on}"
