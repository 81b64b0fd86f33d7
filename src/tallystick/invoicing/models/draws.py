"""Draws: charges taken on an account before invoicing, and the statements that ask for them."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account
from tallystick.invoicing.models.runs import BillRun
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription, SubscriptionService


class Draw(models.Model):
    """A charge on the account of a `postpaid` or `credit_limit` account, owed from now on and not yet asked for.

    Append-only: what is taken back is a new, opposite draw (`reverses`) of the same group. A group is what a statement
    rounds and asks for together: account, statement month, collection method, subscription that is invoiced on its
    own, registration, treatment and rate. Amounts in minor units of the account's currency.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="draws", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="draws", db_index=False)
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, null=True, related_name="draws", db_index=False)
    drawn_on = models.DateField()
    statement_month_on = models.DateField(help_text="first day of the month whose statement asks for it")
    collection_method = models.CharField(max_length=12)
    invoiced_subscription = models.ForeignKey(
        Subscription, on_delete=models.PROTECT, null=True, db_index=False, help_text="where it asks for its own invoice"
    )
    kind = models.CharField(max_length=12)
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, null=True, db_index=False)
    description = models.CharField(max_length=200)
    period_start_on = models.DateField(null=True)
    period_end_on = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    part_days = models.PositiveSmallIntegerField(default=0)
    full_days = models.PositiveSmallIntegerField(default=0)
    percent = models.DecimalField(max_digits=9, decimal_places=6, null=True)
    percent_of_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField(help_text="what it adds to the tax of its group")
    treatment = models.CharField(max_length=16)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    revenue_code = models.CharField(max_length=40)
    registration = models.CharField(max_length=20, blank=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals", db_index=False)
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(statement_month_on__day=1), name="draw_month_is_a_first"),
            models.UniqueConstraint(
                fields=["reverses"], condition=Q(reverses__isnull=False), name="a_draw_is_reversed_once"
            ),
            models.CheckConstraint(condition=Q(reverses__isnull=True) | ~Q(reason=""), name="a_reversed_draw_says_why"),
        ]
        indexes = [
            models.Index(fields=["account", "statement_month_on"], name="draw_by_account"),
            models.Index(fields=["seller", "statement_month_on", "account"], name="draw_by_month"),
            models.Index(fields=["run", "account"], name="draw_by_run", condition=Q(run__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"draw {self.pk}"

    @property
    def gross_minor(self) -> int:
        """What it takes of the account, in minor units."""
        return self.net_minor + self.tax_minor


class StatementRun(models.Model):
    """The statements of one seller for one month, made on the first day of the next. The month is closed with it."""

    RUNNING, COMPLETED = "running", "completed"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="statement_runs", db_index=False)
    month_on = models.DateField(help_text="first day of the month that it asks for")
    invoice_on = models.DateField(help_text="the date that its documents carry: the first of the month after")
    status = models.CharField(max_length=10, default=RUNNING)
    documents = models.PositiveIntegerField(default=0)
    accounts = models.PositiveIntegerField(default=0)
    failed = models.JSONField(default=dict, blank=True, help_text="external id of an account -> why it has none")
    created_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "month_on"], name="statements_once_a_month"),
            models.CheckConstraint(condition=Q(month_on__day=1), name="statement_month_is_a_first"),
            models.CheckConstraint(condition=Q(invoice_on__gt=F("month_on")), name="statement_follows_its_month"),
            models.CheckConstraint(condition=Q(status__in=["running", "completed"]), name="statement_run_status"),
        ]

    def __str__(self) -> str:
        return f"statements of {self.month_on:%B %Y}"
