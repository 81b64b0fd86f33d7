"""Rows of the sellers: legal entity, profiles, VAT registrations, bank accounts, number series, billing rule."""

from django.db import models
from django.db.models import Q

from tallystick.periods.alignment import ALIGNMENTS
from tallystick.sellers.core.credit_rules import CREDIT_RULES


class Seller(models.Model):
    """A legal entity that invoices. Its texts live in profiles: a posted document keeps the wording of its day."""

    code = models.SlugField(max_length=40, unique=True)
    currency = models.CharField(max_length=3, help_text="currency of its price list and of accounts that name none")
    time_zone = models.CharField(max_length=64, default="UTC", help_text="billing time zone: decides which day it is")
    email_domain = models.CharField(max_length=120, blank=True, help_text="account managers must have an address here")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="seller_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return self.code


class SellerProfile(models.Model):
    """One version of a seller's legal texts. Never changed: a change is the next version."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="profiles")
    version = models.PositiveIntegerField()
    legal_name = models.CharField(max_length=200)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2)
    registration_number = models.CharField(max_length=60, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    website = models.CharField(max_length=200, blank=True)
    brand_color = models.CharField(max_length=7, default="#1f4e79")
    footer_text = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "version"], name="seller_profile_version_once"),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="seller_profile_country_is_iso"),
        ]

    def __str__(self) -> str:
        return self.legal_name


class VatRegistration(models.Model):
    """Where, from when and under which number the seller accounts for VAT."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="vat_registrations")
    country = models.CharField(max_length=2)
    number = models.CharField(max_length=20)
    starts_on = models.DateField()
    ends_until = models.DateField(null=True, blank=True)
    scheme = models.CharField(
        max_length=16, default="local", db_default="local", help_text="local, or one_stop_shop for all of the Union"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "country", "starts_on", "scheme"], name="vat_registration_once"),
            models.CheckConstraint(condition=Q(scheme__in=["local", "one_stop_shop"]), name="vat_registration_scheme"),
            models.CheckConstraint(
                condition=Q(ends_until__isnull=True) | Q(ends_until__gt=models.F("starts_on")),
                name="vat_registration_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class BankAccount(models.Model):
    """Where customers transfer money to."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="bank_accounts")
    currency = models.CharField(max_length=3)
    holder = models.CharField(max_length=120)
    iban = models.CharField(max_length=34)
    bic = models.CharField(max_length=11, blank=True)
    is_default = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "iban", "currency"], name="bank_account_once"),
            models.UniqueConstraint(
                fields=["seller", "currency"], condition=Q(is_default=True), name="one_default_bank_account_a_currency"
            ),
        ]

    def __str__(self) -> str:
        return self.iban


class NumberSeries(models.Model):
    """A gapless sequence of document numbers. Its row is the lock that posting takes last."""

    INVOICE, CREDIT_NOTE, DEBIT_NOTE = "invoice", "credit_note", "debit_note"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="number_series")
    kind = models.CharField(max_length=20)
    prefix = models.CharField(max_length=20)
    digits = models.PositiveSmallIntegerField(default=6)
    next_number = models.BigIntegerField(default=1)
    is_in_date_order = models.BooleanField(default=False, help_text="refuse a date before that of the last number")
    last_document_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "number series"
        constraints = [
            models.UniqueConstraint(fields=["seller", "kind"], name="one_series_a_kind"),
            models.UniqueConstraint(fields=["seller", "prefix"], name="series_prefix_once"),
            models.CheckConstraint(condition=Q(next_number__gte=1), name="series_counts_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix} ({self.kind})"


class ReasonCode(models.Model):
    """Why a seller corrects documents, as it groups its corrections in reports."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="reason_codes", db_index=False)
    code = models.SlugField(max_length=40, db_index=False)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True, help_text="may be given to new corrections")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "code"], name="reason_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class BillingRule(models.Model):
    """How a seller bills: what may be automatic, default terms, proration."""

    seller = models.OneToOneField(Seller, on_delete=models.PROTECT, related_name="billing_rule")
    supports_auto_post = models.BooleanField(default=False, help_text="runs may post and mail by themselves (ZUO-16)")
    auto_posts_by_default = models.BooleanField(default=False, help_text="runs do so unless told otherwise")
    net_terms_automatic_days = models.PositiveSmallIntegerField(default=0)
    net_terms_remittance_days = models.PositiveSmallIntegerField(default=30)
    proration_method = models.CharField(max_length=20, default="actual")
    bills_partial_first = models.BooleanField(default=True)
    change_day = models.CharField(max_length=4, default="new", help_text="whose the day of a change is: old or new")
    bills_cancellation_day = models.BooleanField(default=False)
    proration_unit = models.CharField(max_length=8, default="day", help_text="what changes are counted in")
    period_day = models.PositiveSmallIntegerField(
        default=1, help_text="day of the month on which plans of the method period are billed; 31: the last"
    )
    added_alignment = models.CharField(
        max_length=10, default="immediate", db_default="immediate", help_text="how added services are billed (CRM-28)"
    )
    mails_zero_invoices = models.BooleanField(default=False)
    credit_rule = models.CharField(max_length=20, default="whole", db_default="whole")
    attempt_wait_hours = models.PositiveSmallIntegerField(default=12)
    max_consecutive_failures = models.PositiveSmallIntegerField(default=7)
    funds_granularity = models.CharField(
        max_length=12, default="service", help_text="what passes a funds test as a whole (CRM-15)"
    )
    collects_shortfalls = models.BooleanField(
        default=True, help_text="a run charges a saved method for what pay-before services lack (CRM-16)"
    )

    reactivates_on_payment = models.BooleanField(
        default=True, help_text="money that arrives renews what is queued and brings back what is off (CRM-23)"
    )
    reactivation_days = models.PositiveSmallIntegerField(
        default=30, help_text="a service that was off for longer does not come back by itself"
    )
    rests_a_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of one service; empty: any")
    longest_rest_days = models.PositiveSmallIntegerField(null=True, blank=True)
    short_terms_a_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of one service; empty: any")
    longest_short_term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reactivation_most_overdue_minor = models.BigIntegerField(
        default=0, help_text="who has more overdue gets nothing back by itself"
    )
    fees_in_credit_check = models.BooleanField(
        default=True, db_default=True, help_text="funds tests count the additional fees of a bill (CRM-32)"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(proration_method__in=["actual", "actual_30", "strict_30_360", "own_period"]),
                name="billing_rule_proration_method",
            ),
            models.CheckConstraint(condition=Q(credit_rule__in=CREDIT_RULES), name="billing_rule_credit_rule"),
            models.CheckConstraint(
                condition=Q(funds_granularity__in=["service", "subscription", "account"]), name="funds_granularity"
            ),
            models.CheckConstraint(
                condition=Q(change_day__in=["new", "old"], proration_unit__in=["day", "second"]),
                name="billing_rule_convention",
            ),
            models.CheckConstraint(condition=Q(added_alignment__in=ALIGNMENTS), name="billing_rule_alignment"),
            models.CheckConstraint(condition=Q(period_day__gte=1, period_day__lte=31), name="billing_rule_period_day"),
            models.CheckConstraint(condition=Q(net_terms_automatic_days__lte=180), name="automatic_terms_to_180_days"),
            models.CheckConstraint(
                condition=Q(net_terms_remittance_days__lte=180), name="remittance_terms_to_180_days"
            ),
        ]

    def __str__(self) -> str:
        return f"billing rule of {self.seller}"


class SellerEvent(models.Model):
    """What was changed about a seller: who, when, what. Append-only."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=30)
    detail = models.CharField(max_length=300, blank=True, help_text="which fields, number or account")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.event} of {self.seller}"
