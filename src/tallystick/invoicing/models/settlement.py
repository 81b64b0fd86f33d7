"""Settlement: sources of customer credit and their allocation to documents."""

from django.db import models
from django.db.models import F, Q

from tallystick.accounts.models import Account
from tallystick.invoicing.models.documents import Document
from tallystick.payments.models import Payment


class CreditSource(models.Model):
    """Where customer credit came from: one payment or one credit note, and what is left of it, in minor units."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="credit_sources", db_index=False)
    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, null=True, related_name="credit_source")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, null=True, related_name="credit_source")
    amount_minor = models.BigIntegerField()
    remaining_minor = models.BigIntegerField()
    withdrawn_minor = models.BigIntegerField(
        default=0, db_default=0, help_text="left again: refunds that did not fail, disputes that stand"
    )
    arrived_on = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(payment__isnull=False, document__isnull=True)
                | Q(payment__isnull=True, document__isnull=False),
                name="credit_has_one_source",
            ),
            models.CheckConstraint(
                # Only a chargeback of money that was refunded already leaves less than nothing.
                condition=(Q(remaining_minor__gte=0) | Q(withdrawn_minor__gt=F("amount_minor")))
                & Q(remaining_minor__lte=F("amount_minor"))
                & Q(withdrawn_minor__gte=0),
                name="credit_remainder_in_range",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "arrived_on"], name="credit_source_free", condition=Q(remaining_minor__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"credit source {self.pk}"


class Allocation(models.Model):
    """Part of a source's credit matched to a document; undoing is a new, negative one. Append-only."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="allocations")
    source = models.ForeignKey(CreditSource, on_delete=models.PROTECT, related_name="allocations")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="allocations")
    amount_minor = models.BigIntegerField()
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    allocated_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_minor__gt=0, undoes__isnull=True) | Q(amount_minor__lt=0, undoes__isnull=False),
                name="allocation_sign",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} to document {self.document_id}"
