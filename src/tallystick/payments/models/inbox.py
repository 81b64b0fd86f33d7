"""The inbox: what gateways told us, kept before it is answered, worked afterwards. Never a body: only whose payment."""

from django.db import models
from django.db.models import Q

from tallystick.payments.core.inbox_schedule import NOTICE_STATUSES
from tallystick.payments.models.methods import GatewayAccount


class IncomingNotice(models.Model):
    """A webhook says only: look at this payment again. `payment_ref` is the gateway's id, `our_id` what it proves.

    With a `customer_ref` it says: look again at the methods of this customer, or of who has this method.
    """

    gateway_account = models.ForeignKey(GatewayAccount, on_delete=models.PROTECT, related_name="notices")
    payment_ref = models.CharField(max_length=80, blank=True)
    our_id = models.CharField(max_length=40, blank=True)
    customer_ref = models.CharField(max_length=80, blank=True, default="")
    event_ref = models.CharField(max_length=80, blank=True, help_text="where the gateway numbers its events")
    status = models.CharField(max_length=12, default="waiting")
    received_at = models.DateTimeField()
    try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    worked_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True, help_text="what stands in the way, or why it ended so")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=NOTICE_STATUSES), name="notice_status"),
            models.CheckConstraint(
                condition=Q(status="waiting", try_at__isnull=False) | (~Q(status="waiting") & Q(try_at__isnull=True)),
                name="waiting_notice_is_tried",
            ),
            models.CheckConstraint(
                condition=~Q(payment_ref="") | ~Q(our_id="") | ~Q(customer_ref=""), name="notice_names_its_subject"
            ),
            models.UniqueConstraint(
                fields=["gateway_account", "event_ref"], condition=~Q(event_ref=""), name="notice_once_an_event"
            ),
            # A gateway without event numbers calls again and again: one waiting look at a payment is enough.
            models.UniqueConstraint(
                fields=["gateway_account", "payment_ref", "our_id", "customer_ref"],
                condition=Q(status="waiting", event_ref=""),
                name="one_waiting_notice_a_payment",
            ),
        ]
        indexes = [
            models.Index(fields=["try_at"], name="notice_to_try", condition=Q(try_at__isnull=False)),
            models.Index(fields=["received_at"], name="notice_by_age"),
        ]

    def __str__(self) -> str:
        return f"notice about {self.payment_ref or self.our_id or self.customer_ref}"
