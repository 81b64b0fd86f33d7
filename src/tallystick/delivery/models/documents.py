"""A document on its way by one channel, the files for the printer, and what happened to them."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.delivery.core.lifecycle import BATCH_STATUSES, CHANNELS, DELIVERY_STATUSES, PRINT_FORMATS
from tallystick.invoicing.models import BillRun, Document
from tallystick.sellers.models import Seller


class PrintBatch(models.Model):
    """One file for the printer: a single PDF in printer order, or a zip of single ones (ZUO-48)."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="print_batches")
    number = models.CharField(max_length=20)
    file_format = models.CharField(max_length=4)
    status = models.CharField(max_length=10, default="pending")
    reason = models.CharField(max_length=300, blank=True)
    document_count = models.PositiveIntegerField()
    written_count = models.PositiveIntegerField(default=0, help_text="how many are in the file so far")
    file_name = models.CharField(max_length=120, help_text="within the data folder's print folder")
    requested_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "print batches"
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="print_batch_number_once"),
            models.CheckConstraint(condition=Q(status__in=BATCH_STATUSES), name="print_batch_status"),
            models.CheckConstraint(condition=Q(file_format__in=PRINT_FORMATS), name="print_batch_format"),
        ]

    def __str__(self) -> str:
        return self.number


class Delivery(models.Model):
    """One document by one channel. Each document goes out once a channel, unless it is asked for again."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    channel = models.CharField(max_length=8)
    recipient = models.CharField(max_length=254, blank=True, help_text="e-mail address; empty for print")
    status = models.CharField(max_length=8, default="queued")
    reason = models.CharField(max_length=300, blank=True, help_text="why it was skipped, failed or bounced")
    is_repeat = models.BooleanField(default=False, help_text="asked for again")
    batch = models.ForeignKey(PrintBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    requested_by = models.CharField(max_length=120)
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "channel"], condition=Q(is_repeat=False), name="delivered_once_a_channel"
            ),
            models.CheckConstraint(condition=Q(channel__in=CHANNELS), name="delivery_channel"),
            models.CheckConstraint(condition=Q(status__in=DELIVERY_STATUSES), name="delivery_status"),
            models.CheckConstraint(
                condition=~Q(channel="email", status__in=["queued", "sent", "bounced"]) | ~Q(recipient=""),
                name="emailed_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["sent", "bounced"]) | Q(sent_at__isnull=False), name="sent_at_an_instant"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "requested_at"], name="delivery_by_account"),
            models.Index(fields=["document"], name="delivery_by_document"),
            models.Index(
                fields=["status", "id"],
                name="delivery_unsettled",
                condition=Q(status__in=["queued", "failed", "bounced"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of document {self.document_id}"


class RunNotice(models.Model):
    """Word to whoever ran a bill run that it is drafted or failed: once a run."""

    # A run may be deleted; that it was told of stays.
    run = models.OneToOneField(BillRun, on_delete=models.DO_NOTHING, db_constraint=False, related_name="notice")
    outcome = models.CharField(max_length=10)
    recipient = models.CharField(max_length=254)
    requested_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"notice of run {self.run_id}"


class DeliveryEvent(models.Model):
    """What happened to a delivery: who, when, why. Append-only."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=10)
    from_status = models.CharField(max_length=8, blank=True)
    to_status = models.CharField(max_length=8)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of delivery {self.delivery_id}"
