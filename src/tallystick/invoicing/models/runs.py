"""Bill runs: the run, its frozen population, the chunks its jobs work on, and what happened to it."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.invoicing.core.run_lifecycle import ACCOUNT_STATUSES, RUN_STATUSES
from tallystick.sellers.models import Seller


class BillRun(models.Model):
    """One pass that drafts invoices for every account due. Target date decides what, invoice date what is written."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="bill_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=12, default="pending")
    target_on = models.DateField(help_text="everything unbilled that falls due up to and including this day")
    invoice_on = models.DateField(help_text="the date that the documents carry")
    filters = models.JSONField(default=dict, blank=True)
    chunk_size = models.PositiveIntegerField(default=2000)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    posted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="bill_run_number_once"),
            models.CheckConstraint(condition=Q(status__in=RUN_STATUSES), name="bill_run_status"),
        ]

    def __str__(self) -> str:
        return self.number


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
