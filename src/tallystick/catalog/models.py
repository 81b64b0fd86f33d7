"""Rows of the catalog: services, plans, what a plan contains, dated prices."""

from django.db import models
from django.db.models import F, Q

from tallystick.sellers.models import Seller


class Service(models.Model):
    """A thing sold."""

    RECURRING, ONE_OFF = "recurring", "one_off"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="services")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, default=RECURRING)
    price_model = models.CharField(max_length=12, default="flat")
    revenue_code = models.CharField(max_length=40, default="subscriptions")
    tax_category = models.CharField(max_length=12, default="standard")
    unit_name = models.CharField(max_length=40, blank=True, help_text="what one of them is called: seat, line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="service_code_once"),
            models.CheckConstraint(condition=Q(kind__in=["recurring", "one_off"]), name="service_kind"),
            models.CheckConstraint(condition=Q(price_model__in=["flat", "per_unit"]), name="service_price_model"),
            models.CheckConstraint(
                condition=Q(tax_category__in=["standard", "reduced", "zero", "exempt"]), name="service_tax_category"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Plan(models.Model):
    """A sellable bundle of services, billed under one billing model."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="plans")
    code = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    billing_model = models.CharField(max_length=20, default="prebill_pay_after")
    interval_months = models.PositiveSmallIntegerField(default=1, help_text="1 monthly, 3 quarterly, 12 yearly")
    ranking_level = models.PositiveIntegerField(default=1, help_text="lower is billed earlier (CRM-9)")
    proration_method = models.CharField(max_length=20, blank=True, help_text="empty: as the seller's billing rule says")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="plan_code_once"),
            models.CheckConstraint(
                condition=Q(billing_model__in=["prebill_pay_before", "prebill_pay_after", "postbill_pay_after"]),
                name="plan_billing_model",
            ),
            models.CheckConstraint(condition=Q(interval_months__gte=1), name="plan_interval_is_positive"),
            models.CheckConstraint(
                condition=Q(proration_method__in=["", "actual", "actual_30", "strict_30_360"]),
                name="plan_proration_method",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlanService(models.Model):
    """A service inside a plan: mandatory or optional, on what it depends, where it ranks (CRM-12)."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="plan_services")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="plan_services")
    is_mandatory = models.BooleanField(default=True)
    requires = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="required_by", null=True, blank=True)
    tier_level = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "service"], name="service_once_a_plan"),
            models.CheckConstraint(
                condition=Q(requires__isnull=True) | ~Q(requires=F("service")), name="service_does_not_require_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} in {self.plan}"


class Price(models.Model):
    """The dated rate of a service in one currency: of every plan, or of one plan, which then wins.

    `unit_price` is in major units for one unit and one full interval of `interval_months`; 0 months: once.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="prices")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices", null=True, blank=True)
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "plan", "currency", "interval_months", "valid_from"],
                name="price_once_a_start",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="price_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.unit_price} {self.currency}"


class FeeDefinition(models.Model):
    """Additional fees on bills of runs (CRM-31). Edited or deleted at any time: bills keep what they were charged."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="fee_definitions", db_index=False)
    code = models.SlugField(max_length=60, db_index=False)
    name = models.CharField(max_length=120)
    valid_from = models.DateField(null=True, blank=True, help_text="first invoice date that it counts for")
    valid_until = models.DateField(null=True, blank=True, help_text="first invoice date that it does not count for")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="fee_definition_code_once"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_from__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="fee_definition_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FeeRule(models.Model):
    """A fee and who pays it; every condition that is set must be met. Totals are gross, in minor units."""

    definition = models.ForeignKey(FeeDefinition, on_delete=models.CASCADE, related_name="rules", db_index=False)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="what the invoice says")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="fee_rules")
    presentment = models.CharField(max_length=8, blank=True)
    segment = models.CharField(max_length=40, blank=True)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="fee_rules", null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    total_at_least_minor = models.BigIntegerField(null=True, blank=True)
    total_below_minor = models.BigIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["definition", "position"], name="fee_rule_position_once"),
            models.CheckConstraint(condition=Q(presentment__in=["", "email", "post"]), name="fee_rule_presentment"),
            models.CheckConstraint(
                condition=~Q(currency="") | Q(total_at_least_minor__isnull=True, total_below_minor__isnull=True),
                name="fee_rule_total_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name
