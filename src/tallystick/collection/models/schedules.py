"""Schedules of payment runs: when a seller's runs are made by themselves, and what they are asked for."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from tallystick.collection.core.run_choices import CollectOptions, settle_only_bill_run
from tallystick.collection.core.schedule import FREQUENCIES, LONGEST_WAIT_HOURS, SCHEDULE_STATUSES
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.sellers.models import Seller


class CollectTerms(models.Model):
    """What a payment run and the schedule that it comes from are both asked for."""

    filters = models.JSONField(default=dict, blank=True)
    applies_credits = models.BooleanField(default=True, help_text="free customer credit is used before charging")
    charges_methods = models.BooleanField(default=True, help_text="off: it applies credits only (ZUO-39)")
    joins_payments = models.BooleanField(default=False, help_text="one payment an account for all that is due")
    only_bill_run = models.BooleanField(
        default=False, help_text="takes its bill run's invoices alone, not what runs before left open"
    )
    after_hours = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="runs so long after its bill run is posted; empty: at a time of its own"
    )

    class Meta:
        abstract = True

    def get_options(self) -> CollectOptions:
        """How it collects."""
        return CollectOptions(*(getattr(self, name) for name in CollectOptions._fields))

    def set_options(self, options: CollectOptions, *, names_bill_run: bool) -> None:
        """Put other options on the row; saving is the caller's."""
        waits = self.after_hours is not None
        for name, value in settle_only_bill_run(options, names_bill_run=names_bill_run, waits=waits)._asdict().items():
            setattr(self, name, value)


class PaymentRunSchedule(CollectTerms):
    """When payment runs are made by themselves: on days, or after bill runs. Times are in the seller's time zone.

    While active it has one waiting run, its next occurrence; after each run of a bill run schedule: one for each.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="payment_run_schedules")
    name = models.CharField(max_length=80)
    status = models.CharField(max_length=10, default="active")
    frequency = models.CharField(max_length=14)
    starts_on = models.DateField()
    ends_until = models.DateField(null=True, blank=True, help_text="first day on which it runs no more")
    weekday = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 Monday to 7 Sunday")
    month_day = models.PositiveSmallIntegerField(null=True, blank=True, help_text="31: the last day of the month")
    run_time = models.TimeField(help_text="a full hour of the day, where the seller is")
    target_days = models.PositiveSmallIntegerField(default=0, help_text="due dates up to so long after the run")
    bill_run = models.ForeignKey(
        BillRun, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_run_schedules"
    )
    bill_run_schedule = models.ForeignKey(
        BillRunSchedule, on_delete=models.PROTECT, null=True, blank=True, related_name="payment_run_schedules"
    )
    planned_through = models.PositiveBigIntegerField(
        default=0, help_text="of what waits for postings: id of the last bill run that it made a run for"
    )
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "name"], name="payment_run_schedule_name_once"),
            models.CheckConstraint(condition=Q(status__in=SCHEDULE_STATUSES), name="payment_run_schedule_status"),
            models.CheckConstraint(condition=Q(frequency__in=FREQUENCIES), name="payment_run_schedule_frequency"),
            models.CheckConstraint(
                condition=Q(after_hours__isnull=True) | Q(after_hours__lte=LONGEST_WAIT_HOURS),
                name="payment_run_schedule_waits_a_month_at_most",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_target_offset(self) -> timedelta:
        """How long after the day of a run due dates are taken."""
        return timedelta(days=self.target_days)


class PaymentRunScheduleEvent(models.Model):
    """What happened to a schedule: who, when, why. Append-only."""

    schedule = models.ForeignKey(PaymentRunSchedule, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=12)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of schedule {self.schedule_id}"
