"""Bill runs: the run, its frozen population, the chunks its jobs work on, and what happened to it."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.invoicing.core.run_lifecycle import ACCOUNT_STATUSES, RUN_STATUSES
from tallystick.invoicing.core.run_options import RUN_KINDS
from tallystick.invoicing.models.schedules import BillRunSchedule, RunTerms
from tallystick.sellers.models import Seller


class BillRun(RunTerms):
    """One pass that drafts invoices for every account due. Target date decides what, invoice date what is written.

    A run of a schedule waits as `pending` until `starts_at`; `queued_at` is when its first job was asked for.
    """

    kind = models.CharField(max_length=10, default="bill")
    schedule = models.ForeignKey(
        BillRunSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="runs", db_index=False
    )
    occurrence_on = models.DateField(null=True, blank=True, help_text="the day of the schedule that it stands for")
    starts_at = models.DateTimeField(null=True, blank=True, help_text="when it begins; empty: when it was asked for")
    queued_at = models.DateTimeField(null=True, blank=True)
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="bill_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=12, default="pending")
    target_on = models.DateField(help_text="everything unbilled that falls due up to and including this day")
    invoice_on = models.DateField(help_text="the date that the documents carry")
    chunk_size = models.PositiveIntegerField(default=2000)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=120)
    is_reviewed = models.BooleanField(default=False, db_default=False, help_text="its spot-check list is written")
    runner_kind = models.CharField(max_length=12, blank=True, help_text="whose run it is: who hears how it ended")
    runner_id = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="bill_run_number_once"),
            models.UniqueConstraint(fields=["schedule", "occurrence_on"], name="each_occurrence_runs_once"),
            models.CheckConstraint(condition=Q(status__in=RUN_STATUSES), name="bill_run_status"),
            models.CheckConstraint(condition=Q(kind__in=RUN_KINDS), name="bill_run_kind"),
            models.CheckConstraint(
                condition=Q(auto_emails=False) | Q(auto_posts=True), name="bill_run_is_posted_before_it_is_mailed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["starts_at"],
                name="bill_run_waiting",
                condition=Q(status="pending", queued_at__isnull=True, starts_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DeletedBillRun(models.Model):
    """What stays of a run that was deleted (ZUO-12): its number, which is never given again, and who deleted it why."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="deleted_bill_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=12)
    target_on = models.DateField()
    invoice_on = models.DateField()
    created_by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    documents = models.PositiveIntegerField(help_text="how many canceled drafts went with it")
    deleted_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seller", "number"], name="deleted_bill_run_number_once")]

    def __str__(self) -> str:
        return f"{self.number} (deleted)"


class BillRunChunk(models.Model):
    """About 2,000 accounts that one job works on, and what came of them. Its row is the lock of that work."""

    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="chunks", db_index=False)
    position = models.PositiveIntegerField()
    status = models.CharField(max_length=10, default="pending")
    accounts = models.PositiveIntegerField(default=0)
    documents = models.PositiveIntegerField(default=0)
    posted_documents = models.PositiveIntegerField(default=0)
    failed_accounts = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict, blank=True, help_text="currency -> [net, tax, gross] in minor units")
    drawn_totals = models.JSONField(default=dict, blank=True, help_text="the same, of what was drawn")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="bill_run_chunk_once"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "drafted", "posting", "posted", "canceling", "canceled"]),
                name="bill_run_chunk_status",
            ),
        ]

    def __str__(self) -> str:
        return f"chunk {self.position} of {self.run_id}"


class BillRunAccount(models.Model):
    """An account in a run: whether it was drafted, and why not."""

    pk = models.CompositePrimaryKey("run_id", "account_id")
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="run_accounts", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bill_run_accounts")
    chunk_position = models.PositiveIntegerField()
    status = models.CharField(max_length=16, default="due")
    reason = models.CharField(max_length=300, blank=True)
    input_digest = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="of what its drafts were made from"
    )
    redrafted_because = models.CharField(
        max_length=200, blank=True, default="", db_default="", help_text="drafted again after the run had completed"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=ACCOUNT_STATUSES), name="bill_run_account_status"),
        ]
        indexes = [
            models.Index(fields=["run", "chunk_position"], name="bill_run_account_by_chunk"),
            # Trouble has a reason. The status itself stands in no index: it moves with every account of a run.
            models.Index(fields=["run"], name="bill_run_account_troubled", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"account {self.account_id} in run {self.run_id}"


class BillRunEvent(models.Model):
    """A change of a run's status: who, when, why. Append-only."""

    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_status = models.CharField(max_length=12, blank=True)
    to_status = models.CharField(max_length=12)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of run {self.run_id}"
