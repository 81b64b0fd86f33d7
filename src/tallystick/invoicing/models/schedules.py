"""Schedules of bill runs and preview runs: what a seller's runs are to be like before, or without, being made."""

from django.db import models
from django.db.models import Q

from tallystick.invoicing.core.run_options import FAILURE_RULES
from tallystick.invoicing.core.schedule import FREQUENCIES, SCHEDULE_STATUSES
from tallystick.sellers.models import Seller


class RunTerms(models.Model):
    """What a run and the schedule that it comes from are both asked for: whom, what not, and what happens by itself."""

    filters = models.JSONField(default=dict, blank=True)
    excluded_kinds = models.JSONField(default=list, blank=True, help_text="charge types that are left out (ZUO-4)")
    renews_terms = models.BooleanField(default=True, help_text="renew terms that are due for renewal (ZUO-6)")
    failure_rule = models.CharField(max_length=8, default="account", choices=[(rule, rule) for rule in FAILURE_RULES])
    auto_posts = models.BooleanField(default=False)
    auto_emails = models.BooleanField(default=False)
    mails_zero = models.BooleanField(null=True, blank=True, help_text="empty: the billing rule decides")

    class Meta:
        abstract = True


class BillRunSchedule(RunTerms):
    """When runs are made by themselves (ZUO-1), and which dates they carry (ZUO-3).

    While active it has one waiting run: its next occurrence. Times are in the seller's time zone.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="bill_run_schedules")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, default="active")
    frequency = models.CharField(max_length=8)
    starts_on = models.DateField()
    ends_until = models.DateField(null=True, blank=True, help_text="first day on which it runs no more")
    weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 Monday to 7 Sunday")
    month_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="31: the last day of the month")
    run_time = models.TimeField(help_text="of the day, where the seller is")
    target_days = models.PositiveSmallIntegerField(default=0)
    target_months = models.PositiveSmallIntegerField(default=0)
    target_month_day = models.PositiveSmallIntegerField(null=True, blank=True)
    invoice_days = models.PositiveSmallIntegerField(default=0)
    invoice_months = models.PositiveSmallIntegerField(default=0)
    invoice_month_day = models.PositiveSmallIntegerField(null=True, blank=True)
    takes_run_day_anchors = models.BooleanField(default=False, help_text="anchor day same as run day (ZUO-5)")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    runner_kind = models.CharField(max_length=12)
    runner_id = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seller", "name"], condition=~Q(status="canceled"), name="bill_run_schedule_name_once"
            ),
            models.CheckConstraint(condition=Q(status__in=SCHEDULE_STATUSES), name="bill_run_schedule_status"),
            models.CheckConstraint(condition=Q(frequency__in=FREQUENCIES), name="bill_run_schedule_frequency"),
            models.CheckConstraint(
                condition=Q(auto_emails=False) | Q(auto_posts=True), name="schedule_is_posted_before_it_is_mailed"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BillRunScheduleEvent(models.Model):
    """What happened to a schedule: who, when, why. Append-only."""

    schedule = models.ForeignKey(BillRunSchedule, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of schedule {self.schedule_id}"


class PreviewRun(models.Model):
    """What a run would draft, in a file and nowhere else (ZUO-8)."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="preview_runs")
    number = models.CharField(max_length=20)
    status = models.CharField(max_length=10, default="pending")
    target_on = models.DateField()
    filters = models.JSONField(default=dict, blank=True)
    excluded_kinds = models.JSONField(default=list, blank=True)
    renewal = models.CharField(max_length=10, default="none", help_text="which terms are taken to be renewed")
    includes_drafts = models.BooleanField(default=False)
    includes_evergreen = models.BooleanField(default=True)
    lines = models.PositiveIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)
    failed_accounts = models.PositiveIntegerField(default=0)
    file_name = models.CharField(max_length=120)
    failures_name = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="preview_run_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=["pending", "completed", "failed"]), name="preview_run_status"
            ),
            models.CheckConstraint(condition=Q(renewal__in=["none", "all", "automatic"]), name="preview_run_renewal"),
        ]

    def __str__(self) -> str:
        return self.number
