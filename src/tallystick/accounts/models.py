"""Rows of the billing accounts: the account, immutable profiles, contacts."""

from django.contrib.auth.models import User
from django.db import models
from django.db.models import F, Q

from tallystick.sellers.models import Seller


class Account(models.Model):
    """A party billed by one seller in one currency, with its terms. What it owes lives in the ledger."""

    SELF_SERVE, MANAGED = "self_serve", "managed"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="accounts")
    external_id = models.CharField(max_length=80, help_text="its id where it came from")
    name = models.CharField(max_length=200, help_text="name of the current profile, for lists and search")
    customer_reference = models.CharField(max_length=80, blank=True, help_text="joins the accounts of one customer")
    currency = models.CharField(max_length=3)
    billing_mode = models.CharField(max_length=12, default=SELF_SERVE)
    funding_policy = models.CharField(max_length=12, default="invoiced")
    receivable_limit_minor = models.BigIntegerField(null=True, blank=True, help_text="of an invoiced account")
    credit_limit_minor = models.BigIntegerField(null=True, blank=True)
    credit_term_days = models.PositiveSmallIntegerField(null=True, blank=True)
    credit_grace_days = models.PositiveSmallIntegerField(null=True, blank=True)
    anchor_day = models.PositiveSmallIntegerField(default=1, help_text="day of month that new cycles start from")
    segment = models.CharField(max_length=40, blank=True, help_text="batch: runs can be filtered by it")
    net_terms_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="empty: as the billing rule says"
    )
    is_emailed = models.BooleanField(default=True)
    is_printed = models.BooleanField(default=False)
    language = models.CharField(max_length=8, default="en")
    buyer_reference = models.CharField(max_length=80, blank=True, help_text="purchase order or routing id on invoices")
    manager = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="managed_accounts")
    is_closed = models.BooleanField(default=False, db_default=False, help_text="takes nothing new")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "external_id"], name="account_external_id_once"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="account_currency_is_iso"),
            models.CheckConstraint(
                condition=Q(billing_mode__in=["self_serve", "managed"]), name="account_billing_mode"
            ),
            models.CheckConstraint(
                condition=Q(funding_policy__in=["invoiced", "prepaid", "credit_limit", "postpaid"]),
                name="account_funding_policy",
            ),
            # Mutually exclusive by construction (BIL-1): a limit with its term belongs to one policy, a receivable
            # limit to another.
            models.CheckConstraint(
                condition=Q(
                    funding_policy="credit_limit",
                    credit_limit_minor__gte=0,
                    credit_term_days__isnull=False,
                    credit_grace_days__isnull=False,
                )
                | ~Q(funding_policy="credit_limit")
                & Q(credit_limit_minor__isnull=True, credit_term_days__isnull=True, credit_grace_days__isnull=True),
                name="credit_limit_has_its_own_policy",
            ),
            models.CheckConstraint(
                condition=Q(receivable_limit_minor__isnull=True)
                | Q(funding_policy="invoiced", receivable_limit_minor__gte=0),
                name="receivable_limit_is_of_invoiced",
            ),
            models.CheckConstraint(condition=Q(anchor_day__gte=1, anchor_day__lte=31), name="account_anchor_day"),
            models.CheckConstraint(
                condition=Q(net_terms_days__isnull=True) | Q(net_terms_days__lte=180), name="account_terms_to_180_days"
            ),
        ]
        indexes = [
            models.Index(fields=["seller", "segment"], name="account_by_segment"),
            models.Index(fields=["seller", "name"], name="account_by_name"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountProfile(models.Model):
    """One version of whom the invoice is made out to. Never changed; the highest version is the current one."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="profiles")
    version = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    name = models.CharField(max_length=200)
    is_business = models.BooleanField(default=False)
    street = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=2, blank=True)
    vat_number = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True, help_text="where invoices are mailed to")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "version"], name="account_profile_version_once"),
            models.UniqueConstraint(
                fields=["account"], condition=Q(is_current=True), name="one_current_profile_an_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"


class AccountEvent(models.Model):
    """What staff changed about how much an account may owe: before, after, who, when, why. Append-only."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=40)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of {self.account}"


class Contact(models.Model):
    """A person to talk to at the customer, by role. The admin contact stands on the billing rollup (DEM-63)."""

    ADMIN, BILLING = "admin", "billing"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="contacts")
    role = models.CharField(max_length=12, default=ADMIN)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "role"], name="one_contact_a_role"),
            models.CheckConstraint(condition=Q(role__in=["admin", "billing"]), name="contact_role"),
        ]

    def __str__(self) -> str:
        return self.name


class AccountDiscount(models.Model):
    """So many percent off everything that an account is billed, between two dates. It is ended, never removed.

    A percentage alone: its subscriptions have periods of different lengths, of which no amount could be said.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="discounts")
    position = models.PositiveSmallIntegerField(help_text="order of application")
    percent = models.DecimalField(max_digits=9, decimal_places=6)
    label = models.CharField(max_length=120, default="Discount")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True, help_text="first day without it")
    added_at = models.DateTimeField()
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "position"], name="account_discount_position_once"),
            models.CheckConstraint(condition=Q(percent__gt=0, percent__lte=100), name="account_discount_in_range"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(from_on__isnull=True) | Q(until_on__gte=F("from_on")),
                name="account_discount_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return self.label
