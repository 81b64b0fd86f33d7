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
    supply_kind = models.CharField(
        max_length=8, default="digital", db_default="digital", help_text="digital: taxed where a consumer is"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="service_code_once"),
            models.CheckConstraint(condition=Q(supply_kind__in=["digital", "general"]), name="service_supply_kind"),
            models.CheckConstraint(condition=Q(kind__in=["recurring", "one_off"]), name="service_kind"),
            models.CheckConstraint(
                condition=Q(price_model__in=["flat", "per_unit", "graduated", "volume", "package", "percentage"]),
                name="service_price_model",
            ),
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
    interval_days = models.PositiveSmallIntegerField(default=0, help_text="days instead of months: 1 daily, 7 weekly")
    cycle_method = models.CharField(
        max_length=12, default="anniversary", help_text="period: all its subscriptions are billed on the same days"
    )
    ranking_level = models.PositiveIntegerField(default=1, help_text="lower is billed earlier (CRM-9)")
    proration_method = models.CharField(max_length=20, blank=True, help_text="empty: as the seller's billing rule says")
    change_day = models.CharField(
        max_length=4, blank=True, help_text="whose the day of a change is; empty: as the seller"
    )
    cancellation_day = models.CharField(
        max_length=8, blank=True, help_text="whether the day of a cancellation is billed; empty: as the seller"
    )
    proration_unit = models.CharField(max_length=8, blank=True, help_text="of changes; empty: as the seller")
    family = models.SlugField(max_length=60, blank=True, help_text="plans of one family can be swapped for each other")
    tier_level = models.PositiveIntegerField(null=True, blank=True, help_text="within its family; higher is more")
    trial_days = models.PositiveSmallIntegerField(default=0)
    trial_periods = models.PositiveSmallIntegerField(default=0)
    trial_ending = models.CharField(max_length=8, default="converts", help_text="what follows a trial")
    is_self_serve = models.BooleanField(
        default=False, db_default=False, help_text="customers may subscribe to it by themselves, in the portal"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="plan_code_once"),
            models.CheckConstraint(
                condition=Q(billing_model__in=["prebill_pay_before", "prebill_pay_after", "postbill_pay_after"]),
                name="plan_billing_model",
            ),
            models.CheckConstraint(
                condition=Q(interval_months__gte=1, interval_days=0) | Q(interval_months=0, interval_days__gte=1),
                name="plan_interval_is_positive",
            ),
            models.CheckConstraint(condition=Q(cycle_method__in=["anniversary", "period"]), name="plan_cycle_method"),
            models.CheckConstraint(
                condition=Q(proration_method__in=["", "actual", "actual_30", "strict_30_360", "own_period"]),
                name="plan_proration_method",
            ),
            models.CheckConstraint(
                condition=Q(
                    change_day__in=["", "new", "old"],
                    cancellation_day__in=["", "billed", "free"],
                    proration_unit__in=["", "day", "second"],
                ),
                name="plan_convention",
            ),
            models.CheckConstraint(
                condition=Q(trial_days=0) | Q(trial_periods=0), name="plan_trial_is_of_days_or_of_periods"
            ),
            models.CheckConstraint(condition=Q(trial_ending__in=["converts", "expires"]), name="plan_trial_ending"),
            models.UniqueConstraint(
                fields=["seller", "family", "tier_level"], condition=~Q(family=""), name="one_plan_a_tier"
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

    `unit_price` is in major units for one unit and one full interval of so many months or days; 0 of both: once. By
    tiers it is 0 and `tiers` say (upper end or null, unit price, flat amount as text); of a percentage it is that.
    """

    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="prices")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="prices", null=True, blank=True)
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField(default=1)
    interval_days = models.PositiveSmallIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    tiers = models.JSONField(default=list, blank=True)
    package_size = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    percent_of = models.JSONField(default=list, blank=True, help_text="codes of services; none: all others")
    minimum_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    trial_unit_price = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["service", "plan", "currency", "interval_months", "interval_days", "valid_from"],
                name="price_once_a_start",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="price_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="price_is_not_negative"),
            models.CheckConstraint(condition=Q(interval_months=0) | Q(interval_days=0), name="price_of_months_or_days"),
            models.CheckConstraint(
                condition=Q(package_size__isnull=True) | Q(package_size__gt=0), name="price_package_holds_something"
            ),
            models.CheckConstraint(
                condition=(Q(minimum_price__isnull=True) | Q(minimum_price__gte=0))
                & (Q(trial_unit_price__isnull=True) | Q(trial_unit_price__gte=0)),
                name="price_parts_not_negative",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="price_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.service}: {self.unit_price} {self.currency}"


class BundleComponent(models.Model):
    """A service that a bundle may have as a component, at a price inside the bundle, maybe 0 (CRM-53).

    `unit_price` is in major units for one unit and one full interval of so many months; the bundle's own price is what
    it costs without components.
    """

    bundle = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="bundle_components", db_index=False)
    component = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="component_of", db_index=False)
    currency = models.CharField(max_length=3)
    interval_months = models.PositiveSmallIntegerField(default=1)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "component", "currency", "interval_months"], name="component_once_a_bundle"
            ),
            models.CheckConstraint(condition=~Q(bundle=F("component")), name="bundle_does_not_contain_itself"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="component_price_is_not_negative"),
            models.CheckConstraint(condition=Q(interval_months__gte=1), name="component_recurs"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="component_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.component} in {self.bundle}"


class ListPriceRule(models.Model):
    """How a seller makes monthly list prices of yearly ones: a markup, rounded half-even to whole steps (DEM-36)."""

    seller = models.OneToOneField(Seller, on_delete=models.PROTECT, related_name="list_price_rule")
    markup_percent = models.DecimalField(max_digits=9, decimal_places=6, default=15)
    step = models.DecimalField(max_digits=18, decimal_places=6, default=1, help_text="in major units")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(markup_percent__gte=0, step__gt=0), name="list_price_rule_makes_sense"),
        ]

    def __str__(self) -> str:
        return f"{self.markup_percent} % on the month"


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
