"""Rows of what was agreed: subscription, its services, and what happened to them."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, Service
from tallystick.subscriptions.core.billing_scheme import SCHEMES


class Subscription(models.Model):
    """An agreement over time under one plan. Cycles start from `cycle_origin_on` and remember `anchor_day` (UNI-12)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="subscriptions")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="subscriptions")
    external_id = models.CharField(max_length=80)
    status = models.CharField(max_length=16, default="active")
    scheme = models.CharField(max_length=8, default="normal", db_default="normal", help_text="of its billing terms")
    collection_method = models.CharField(max_length=12, default="", blank=True, help_text="empty: as the billing mode")
    interval_months = models.PositiveSmallIntegerField()
    interval_days = models.PositiveSmallIntegerField(default=0, help_text="days instead of months: 1 daily, 7 weekly")
    anchor_day = models.PositiveSmallIntegerField()
    cycle_origin_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="first day without service")
    trial_until_on = models.DateField(null=True, blank=True, help_text="first day after the trial")
    trial_converts = models.BooleanField(default=True, help_text="no: it expires with its trial")
    commitment_months = models.PositiveSmallIntegerField(default=0, help_text="agreed minimum term; 0: none")
    is_auto_renewed = models.BooleanField(
        default=False,
        db_default=False,
        help_text="bill runs renew its term of `commitment_months`",
    )
    is_invoiced_separately = models.BooleanField(default=False)
    first_active_on = models.DateField(null=True, blank=True, help_text="decides its rank (CRM-9); empty: never yet")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "external_id"], name="subscription_external_id_once"),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "draft",
                        "awaiting_start",
                        "trialing",
                        "active",
                        "past_due",
                        "unpaid",
                        "resting",
                        "on_hold",
                        "suspended",
                        "canceled",
                        "expired",
                    ]
                ),
                name="subscription_status",
            ),
            models.CheckConstraint(condition=Q(scheme__in=SCHEMES), name="subscription_scheme"),
            models.CheckConstraint(
                condition=Q(collection_method__in=["", "automatic", "remittance"]), name="subscription_collection"
            ),
            models.CheckConstraint(
                condition=Q(interval_months__gte=1, interval_days=0) | Q(interval_months=0, interval_days__gte=1),
                name="subscription_interval_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(trial_until_on__isnull=True) | Q(trial_until_on__gte=F("starts_on")),
                name="subscription_trial_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(anchor_day__gte=1, anchor_day__lte=31), name="subscription_anchor_day"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="subscription_ends_after_start"
            ),
        ]
        indexes = [
            # The daily look asks for those whose end has come; without it, it would read all that ever were.
            models.Index(
                fields=["ends_on"],
                name="subscription_ending",
                condition=Q(ends_on__isnull=False) & ~Q(status__in=["canceled", "expired"]),
            ),
            models.Index(fields=["trial_until_on"], name="subscription_trial_ending", condition=Q(status="trialing")),
            # What waits for money is looked at every minute.
            models.Index(
                fields=["account"], name="subscription_waits_for_money", condition=Q(status__in=["draft", "past_due"])
            ),
        ]

    def __str__(self) -> str:
        return self.external_id


class FormerTerms(models.Model):
    """Billing terms as they were up to a day (CRM-39). Services that ended with them are billed by them for ever."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="former_terms")
    until_on = models.DateField(help_text="first day of the terms that followed")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="former_terms", db_index=False)
    scheme = models.CharField(max_length=8)
    interval_months = models.PositiveSmallIntegerField()
    interval_days = models.PositiveSmallIntegerField()
    anchor_day = models.PositiveSmallIntegerField()
    cycle_origin_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(scheme__in=SCHEMES), name="former_terms_scheme"),
            models.CheckConstraint(
                condition=Q(interval_months__gte=1, interval_days=0) | Q(interval_months=0, interval_days__gte=1),
                name="former_terms_interval_is_positive",
            ),
            models.CheckConstraint(condition=Q(anchor_day__gte=1, anchor_day__lte=31), name="former_terms_anchor_day"),
        ]

    def __str__(self) -> str:
        return f"terms of {self.subscription} until {self.until_on}"


class SubscriptionService(models.Model):
    """One service in a subscription. `billed_through` is the first day that no bill covers yet.

    It moves with every bill and therefore stands in no index, in a table that keeps room for it (migration 0003): what
    is due is found by account, or by a scan where everybody is asked.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="subscription_services")
    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="services")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="subscription_services")
    external_id = models.CharField(
        max_length=80,
        blank=True,
        help_text="its id within the subscription where it came from, usually the service's code",
    )
    status = models.CharField(max_length=24, default="effective")
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=1)
    unit_price_override = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    description = models.CharField(max_length=160, blank=True, help_text="empty: the service's name")
    is_mandatory = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="first day without service")
    billed_through = models.DateField(help_text="first day not yet billed; the start while nothing was")
    billed_elsewhere_until = models.DateField(
        null=True, blank=True, help_text="first day that is ours to bill, where another system billed before"
    )
    first_active_on = models.DateField(null=True, blank=True)
    alignment = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="of what was added later (CRM-28)",
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="replacements",
        help_text="what it took the place of, on the day on which it starts: a swap, another quantity or price",
    )
    billable_until_on = models.DateField(
        null=True,
        blank=True,
        help_text="while it is off, or on for a short term: the first day that is not billed; empty while it is on",
    )
    former_terms = models.ForeignKey(
        FormerTerms,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="services",
        help_text="the billing terms that it ended with; empty: those of the subscription",
    )
    bundle = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="components",
        help_text="the bundle of which it is a component, at its price inside that",
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "external_id"],
                condition=~Q(external_id=""),
                name="service_external_id_once_a_subscription",
            ),
            models.UniqueConstraint(
                fields=["replaces"], condition=Q(replaces__isnull=False), name="service_is_replaced_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    status__in=[
                        "draft",
                        "effective",
                        "not_effective",
                        "resting",
                        "short_term_off",
                        "short_term_effective",
                        "ended",
                    ]
                ),
                name="subscription_service_status",
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="subscription_service_quantity_not_negative"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="service_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(billed_through__gte=F("starts_on")), name="billed_from_the_start"),
            models.CheckConstraint(
                condition=Q(billed_elsewhere_until__isnull=True)
                | Q(billed_elsewhere_until__gte=F("starts_on"), billed_through__gte=F("billed_elsewhere_until")),
                name="never_billed_twice_by_two_systems",
            ),
            models.CheckConstraint(
                condition=~Q(status="short_term_effective") | Q(billable_until_on__isnull=False),
                name="short_term_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(bundle__isnull=True) | ~Q(bundle=F("pk")), name="bundle_is_not_its_own_component"
            ),
        ]
        indexes = [
            models.Index(
                fields=["billable_until_on"],
                name="short_term_to_end",
                condition=Q(status="short_term_effective"),
            ),
            models.Index(
                fields=["bundle"],
                name="component_of_bundle",
                condition=Q(bundle__isnull=False),
            ),
            models.Index(
                fields=["ends_on"],
                name="subscription_service_ending",
                condition=Q(ends_on__isnull=False) & ~Q(status="ended"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} ({self.subscription})"


class SubscriptionEvent(models.Model):
    """What happened to a subscription or to one of its services: who, when, why. Append-only."""

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="events")
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, null=True, blank=True)
    event = models.CharField(max_length=40)
    from_status = models.CharField(max_length=24, blank=True)
    to_status = models.CharField(max_length=24)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of {self.subscription}"
