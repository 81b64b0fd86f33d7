"""The deactivation queue: services that were not renewed, and the runs that switch them off."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.candidacy import CANDIDATE_REASONS, CANDIDATE_STATUSES, RUN_STATUSES
from tallystick.subscriptions.core.interruption import INTERRUPTION_KINDS
from tallystick.subscriptions.models.agreements import SubscriptionService


class DeactivationCandidate(models.Model):
    """A service that was not renewed, from when it was queued to what became of it. Queued, it stays up (CRM-21)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="deactivation_candidates")
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, related_name="candidacies")
    status = models.CharField(max_length=12, default="queued")
    reason = models.CharField(max_length=20)
    queued_by = models.CharField(max_length=80, help_text="which run did not renew it")
    cleared_by = models.CharField(max_length=80, default="", blank=True, help_text="which run renewed it")
    queued_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True, help_text="when it left the queue")
    off_on = models.DateField(null=True, blank=True, help_text="first day off, where it was switched off")
    restored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_service"],
                condition=Q(status__in=["queued", "deactivated"]),
                name="one_candidacy_a_service",
            ),
            models.CheckConstraint(condition=Q(status__in=CANDIDATE_STATUSES), name="candidate_status"),
            models.CheckConstraint(condition=Q(reason__in=CANDIDATE_REASONS), name="candidate_reason"),
            models.CheckConstraint(
                condition=Q(status="queued", settled_at__isnull=True)
                | ~Q(status="queued") & Q(settled_at__isnull=False),
                name="candidate_waits_or_is_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["account"], name="candidate_open", condition=Q(status__in=["queued", "deactivated"])),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.subscription_service}"


class ServiceInterruption(models.Model):
    """Days on which a service was off, from when to when, and which of them were left unbilled: the recorded reason why
    the bills of the service have a hole there."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="interruptions", db_index=False)
    subscription_service = models.ForeignKey(
        SubscriptionService, on_delete=models.PROTECT, related_name="interruptions"
    )
    kind = models.CharField(max_length=12)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="first day on again; empty while it is off")
    ends_by_on = models.DateField(null=True, blank=True, help_text="when it is to end by itself")
    extends_end = models.BooleanField(default=False, help_text="a fixed end moves on by its days")
    unbilled_from_on = models.DateField(null=True, blank=True)
    unbilled_until_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_service"], condition=Q(until_on__isnull=True), name="off_once_at_a_time"
            ),
            models.CheckConstraint(condition=Q(kind__in=INTERRUPTION_KINDS), name="interruption_kind"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="interruption_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_by_on"],
                name="interruption_to_end",
                condition=Q(until_on__isnull=True, ends_by_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subscription_service_id} from {self.from_on}"


class DeactivationRun(models.Model):
    """One pass over the queue on a day: whom it takes, and whether it was executed. Deletable until then (CRM-22)."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="deactivation_runs")
    number = models.CharField(max_length=20)
    kind = models.CharField(max_length=12, default="deactivate")
    status = models.CharField(max_length=10, default="pending")
    runs_on = models.DateField()
    repeats = models.CharField(
        max_length=8, default="once", db_default="once", help_text="when it is over, the next of its series is defined"
    )
    series_from_on = models.DateField(null=True, blank=True, help_text="day of the first run of a series")
    filters = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    executed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="deactivation_run_number_once"),
            models.CheckConstraint(condition=Q(status__in=RUN_STATUSES), name="deactivation_run_status"),
            models.CheckConstraint(condition=Q(kind__in=["deactivate", "activate"]), name="deactivation_run_kind"),
            models.CheckConstraint(
                condition=Q(repeats="once", series_from_on__isnull=True)
                | Q(repeats__in=["daily", "weekly", "monthly"], series_from_on__isnull=False),
                name="deactivation_run_repeats",
            ),
        ]
        indexes = [models.Index(fields=["runs_on"], name="deactivation_run_due", condition=Q(status="pending"))]

    def __str__(self) -> str:
        return self.number


class DeactivationRunItem(models.Model):
    """What a run did with a service, and why. Append-only: the log of the run."""

    run = models.ForeignKey(DeactivationRun, on_delete=models.PROTECT, related_name="items")
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, db_index=False)
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "subscription_service"], name="service_once_a_deactivation_run"),
            models.CheckConstraint(
                condition=Q(outcome__in=["deactivated", "activated", "left"]), name="deactivation_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.subscription_service_id}"
