"""Payment runs: the run, the invoices that it takes, and what happened to both."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.collection.core.item_lifecycle import FOLLOW_UPS, ITEM_STATUSES
from tallystick.collection.core.run_lifecycle import RUN_STATUSES
from tallystick.collection.models.schedules import CollectTerms, PaymentRunSchedule
from tallystick.invoicing.models import BillRun, Document
from tallystick.payments.models import PaymentAttempt
from tallystick.sellers.models import Seller


class PaymentRun(CollectTerms):
    """One pass that collects posted invoices which are due on or before `target_on` and paid automatically.

    One that was not asked for at once waits as `pending` until `starts_at`, which is unknown while its bill run is not
    posted; `queued_at` is when its first job was asked for.
    """

    schedule = models.ForeignKey(
        PaymentRunSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", db_index=False
    )
    occurrence_on = models.DateField(null=True, blank=True, help_text="the day of the schedule that it stands for")
    starts_at = models.DateTimeField(null=True, blank=True, help_text="when it begins; empty: when it was asked for")
    queued_at = models.DateTimeField(null=True, blank=True)

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payment_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=10, default="pending")
    target_on = models.DateField(help_text="takes what is due up to and including this day")
    run_on = models.DateField(help_text="the day it runs, where the seller is")
    bill_run = models.ForeignKey(BillRun, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_runs")
    chunk_size = models.PositiveIntegerField(default=500)
    reason = models.CharField(max_length=300, blank=True, help_text="why it failed or was canceled")
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="payment_run_number_once"),
            models.UniqueConstraint(fields=["schedule", "occurrence_on"], name="each_payment_occurrence_runs_once"),
            models.UniqueConstraint(
                fields=["schedule", "bill_run"],
                condition=Q(occurrence_on__isnull=True),
                name="each_bill_run_is_collected_once_a_schedule",
            ),
            models.CheckConstraint(condition=Q(status__in=RUN_STATUSES), name="payment_run_status"),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"], name="payment_run_waiting", condition=Q(status="pending", queued_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeletedPaymentRun(models.Model):
    """What stays of a run that was deleted (ZUO-41): its number, which is never given again, and who deleted it why."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="deleted_payment_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=10)
    target_on = models.DateField()
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "number"], name="deleted_payment_run_number_once")]

    def __str__(self) -> str:
        return f"{self.number} (deleted)"


class PaymentRunItem(models.Model):
    """One invoice in a run, and what became of it. Amounts in minor units of `currency`."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="items", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payment_run_items", db_index=False)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="payment_run_items", db_index=False)
    chunk_position = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField(help_text="open when the run took it")
    credited_minor = models.BigIntegerField(default=0, help_text="of it, paid by customer credit in this run")
    charged_minor = models.BigIntegerField(default=0, help_text="of it, asked of the payment method")
    status = models.CharField(max_length=10, default="due")
    attempt = models.ForeignKey(
        PaymentAttempt, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_run_items"
    )
    tries = models.PositiveSmallIntegerField(default=0, help_text="how often this run has charged it")
    reason_code = models.CharField(max_length=40, blank=True, help_text="why it was skipped or failed")
    follow_up = models.CharField(max_length=8, blank=True, help_text="of a failure: open, retried, closed")
    note = models.CharField(max_length=300, blank=True, help_text="what was written when it was closed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "document"], name="document_once_a_payment_run"),
            models.CheckConstraint(condition=Q(status__in=ITEM_STATUSES), name="payment_run_item_status"),
            models.CheckConstraint(condition=Q(follow_up__in=FOLLOW_UPS), name="payment_run_item_follow_up"),
            models.CheckConstraint(
                condition=Q(status__in=["due", "skipped", "credited"]) | Q(attempt__isnull=False),
                name="charged_item_has_its_attempt",
            ),
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, credited_minor__gte=0, charged_minor__gte=0),
                name="item_amounts_in_range",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "run"], name="payment_run_item_by_account"),
            models.Index(fields=["run", "status"], name="payment_run_item_by_status"),
            models.Index(fields=["run", "chunk_position"], name="payment_run_item_by_chunk"),
            models.Index(fields=["document"], name="payment_run_item_by_document"),
            models.Index(fields=["document"], name="payment_run_item_followed_up", condition=Q(follow_up="open")),
        ]

    def __str__(self) -> str:
        return f"document {self.document_id} in run {self.run_id}"


class PaymentRunEvent(models.Model):
    """A change of a run's status, or what a person did about one of its failures: who, when, why. Append-only."""

    run = models.ForeignKey(PaymentRun, on_delete=models.PROTECT, related_name="events")
    item = models.ForeignKey(PaymentRunItem, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    event = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of run {self.run_id}"
