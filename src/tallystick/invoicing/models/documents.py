"""Documents: bill, document, its lines and tax lines, billing claims, events. Posted ones are locked by a trigger."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account, AccountProfile
from tallystick.invoicing.core.document_lifecycle import DOCUMENT_KINDS, DOCUMENT_STATUSES
from tallystick.invoicing.models.draws import Draw
from tallystick.invoicing.models.runs import BillRun
from tallystick.sellers.models import BankAccount, NumberSeries, ReasonCode, Seller, SellerProfile
from tallystick.subscriptions.models import SubscriptionService


class Bill(models.Model):
    """All the documents that one run (or one action, then without a run) makes for one account."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bills", db_index=False)
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, null=True, related_name="bills", db_index=False)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account", "run"], name="bill_by_account")]

    def __str__(self) -> str:
        return f"bill {self.pk}"


class Document(models.Model):
    """An invoice, credit note or debit note. Amounts in minor units of `currency`, always positive.

    `paid`, `partly paid` and `overdue` are derived: open = gross - settled - written off - differences.
    """

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="documents", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="documents", db_index=False)
    bill = models.ForeignKey(Bill, on_delete=models.PROTECT, null=True, related_name="documents")
    run = models.ForeignKey(BillRun, on_delete=models.PROTECT, null=True, related_name="documents", db_index=False)
    kind = models.CharField(max_length=12, default="invoice")
    status = models.CharField(max_length=10, default="draft")
    currency = models.CharField(max_length=3)
    collection_method = models.CharField(max_length=12, help_text="automatic: payment runs may collect it; remittance")
    invoice_on = models.DateField()
    due_on = models.DateField()
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    gross_minor = models.BigIntegerField()
    settled_minor = models.BigIntegerField(default=0, help_text="sum of its allocations")
    written_off_minor = models.BigIntegerField(default=0)
    difference_minor = models.BigIntegerField(default=0)
    seller_profile = models.ForeignKey(SellerProfile, on_delete=models.PROTECT, db_index=False)
    account_profile = models.ForeignKey(AccountProfile, on_delete=models.PROTECT, db_index=False)
    number_series = models.ForeignKey(NumberSeries, on_delete=models.PROTECT, null=True, db_index=False)
    sequence_number = models.BigIntegerField(null=True)
    number = models.CharField(max_length=40, null=True)
    public_token = models.CharField(max_length=32, null=True)
    created_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections", db_index=False
    )
    is_reversal = models.BooleanField(default=False, db_default=False, help_text="takes back all that was left of it")
    reason_code = models.ForeignKey(ReasonCode, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    reversed_at = models.DateTimeField(null=True, blank=True, help_text="since then nothing corrects it any more")
    statement_month_on = models.DateField(null=True, blank=True, help_text="of a statement: the month that was drawn")
    # What is printed of account, seller and payment method as they were when it was posted; drafts print those of now.
    language = models.CharField(max_length=8, blank=True, default="", db_default="")
    buyer_reference = models.CharField(max_length=80, blank=True, default="", db_default="")
    bank_account = models.ForeignKey(BankAccount, on_delete=models.PROTECT, null=True, blank=True, db_index=False)
    method_label = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = [
            # Drafts have neither, and are not in these indexes.
            models.UniqueConstraint(
                fields=["number_series", "sequence_number"],
                name="document_number_once",
                condition=Q(sequence_number__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["public_token"], name="document_token_once", condition=Q(public_token__isnull=False)
            ),
            models.CheckConstraint(condition=Q(kind__in=DOCUMENT_KINDS), name="document_kind"),
            models.CheckConstraint(condition=Q(status__in=DOCUMENT_STATUSES), name="document_status"),
            models.CheckConstraint(
                condition=Q(gross_minor=F("net_minor") + F("tax_minor")), name="gross_is_net_plus_tax"
            ),
            models.CheckConstraint(condition=Q(gross_minor__gte=0), name="document_is_not_negative"),
            models.CheckConstraint(
                condition=Q(settled_minor__gte=0)
                & Q(gross_minor__gte=F("settled_minor") + F("written_off_minor") + F("difference_minor")),
                name="document_is_not_oversettled",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "canceled"], number__isnull=True, sequence_number__isnull=True)
                | Q(status__in=["posted", "voided"], number__isnull=False, sequence_number__isnull=False),
                name="numbered_exactly_when_posted",
            ),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="document_currency_is_iso"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, is_reversal=False) | Q(kind__in=["credit_note", "debit_note"]),
                name="only_notes_correct",
            ),
            models.CheckConstraint(
                condition=Q(is_reversal=False) | Q(corrects__isnull=False), name="a_reversal_reverses_something"
            ),
            models.CheckConstraint(
                condition=Q(collection_method__in=["automatic", "remittance"]), name="document_collection_method"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "invoice_on"], name="document_by_account"),
            models.Index(fields=["run", "account"], name="document_by_run"),
            models.Index(fields=["number"], name="document_by_number", condition=Q(number__isnull=False)),
            models.Index(fields=["corrects"], name="document_by_corrected", condition=Q(corrects__isnull=False)),
            models.Index(
                fields=["seller", "due_on"],
                name="document_open",
                condition=Q(
                    status="posted", gross_minor__gt=F("settled_minor") + F("written_off_minor") + F("difference_minor")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def open_minor(self) -> int:
        """What is still to be paid, in minor units; 0 for anything that is not posted."""
        if self.status != "posted" or self.kind == "credit_note":
            return 0
        return self.gross_minor - self.settled_minor - self.written_off_minor - self.difference_minor


class DocumentLine(models.Model):
    """A charge as asked for, with what explains it: quantity x unit price x share of the full period."""

    pk = models.CompositePrimaryKey("document_id", "position")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, default="recurring")
    subscription_service = models.ForeignKey(SubscriptionService, on_delete=models.PROTECT, null=True, db_index=False)
    description = models.CharField(max_length=200)
    period_start_on = models.DateField(null=True)
    period_end_on = models.DateField(null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.DecimalField(max_digits=18, decimal_places=6)
    part_days = models.PositiveSmallIntegerField(
        default=0, help_text="days billed of full_days; 0 of 0: a whole period"
    )
    full_days = models.PositiveSmallIntegerField(default=0)
    percent = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="of a percentage discount")
    percent_of_minor = models.BigIntegerField(default=0)
    net_minor = models.BigIntegerField()
    treatment = models.CharField(max_length=16)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    revenue_code = models.CharField(max_length=40)
    corrects_document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="correcting_lines", db_index=False
    )
    corrects_position = models.PositiveSmallIntegerField(null=True)
    plan_name = models.CharField(max_length=120, blank=True, default="", db_default="", help_text="printed over it")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["recurring", "one_off", "discount", "manual", "fee"]), name="document_line_kind"
            ),
            models.CheckConstraint(
                condition=Q(corrects_document__isnull=True, corrects_position__isnull=True)
                | Q(corrects_document__isnull=False, corrects_position__isnull=False),
                name="corrects_a_line_of_a_document",
            ),
        ]
        indexes = [
            models.Index(
                fields=["corrects_document", "corrects_position"],
                name="line_by_corrected",
                condition=Q(corrects_document__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.description


class StatedDraw(models.Model):
    """A draw that a statement asks for, and its line there; a draw that was reversed, and its reversal, have none.

    A statement takes whole groups, a draw stands on one statement. Append-only.
    """

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, primary_key=True, related_name="stated")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="stated_draws")
    position = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"draw {self.draw_id} on {self.document_id}"


class DocumentTaxLine(models.Model):
    """Tax of one group of a document's lines: same registration, treatment and rate."""

    pk = models.CompositePrimaryKey("document_id", "position")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="tax_lines", db_index=False)
    position = models.PositiveSmallIntegerField()
    registration = models.CharField(max_length=20, blank=True, help_text="VAT number under which it is accounted for")
    treatment = models.CharField(max_length=16)
    tax_rate = models.DecimalField(max_digits=6, decimal_places=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.treatment} {self.tax_rate}"


class BillingClaim(models.Model):
    """A service period that has been billed, by a document or by a draw. Unique while not released: the database
    refuses to bill it twice."""

    subscription_service = models.ForeignKey(
        SubscriptionService, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    document = models.ForeignKey(Document, on_delete=models.PROTECT, null=True, related_name="claims")
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, null=True, related_name="claims", db_index=False)
    kind = models.CharField(max_length=12, default="recurring")
    start_on = models.DateField()
    end_on = models.DateField(help_text="first day not claimed")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subscription_service", "kind", "start_on"],
                condition=Q(released_at__isnull=True),
                name="service_period_billed_once",
            ),
            models.UniqueConstraint(fields=["draw"], condition=Q(draw__isnull=False), name="a_draw_claims_once"),
            models.CheckConstraint(condition=Q(end_on__gt=F("start_on")), name="claim_covers_a_day"),
            models.CheckConstraint(
                condition=Q(document__isnull=False, draw__isnull=True) | Q(document__isnull=True, draw__isnull=False),
                name="claim_is_of_a_document_or_a_draw",
            ),
        ]

    def __str__(self) -> str:
        return f"claim on {self.subscription_service_id} from {self.start_on}"


class DocumentEvent(models.Model):
    """What happened to a document: who, when, why. Append-only."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=20)
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"{self.event} of document {self.document_id}"
