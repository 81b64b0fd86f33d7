"""When invoices may be charged again, and the sellers' settings of it."""

from django.db import models

from tallystick.invoicing.models import Document
from tallystick.payments.models import PaymentMethod
from tallystick.sellers.models import Seller


class DocumentRetry(models.Model):
    """An invoice whose last charge failed: when a run may charge it again (C-17). Gone once it is collected."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, primary_key=True, related_name="retry")
    method = models.ForeignKey(PaymentMethod, on_delete=models.PROTECT, db_index=False, related_name="+")
    next_attempt_at = models.DateTimeField(null=True, blank=True, help_text="empty: not without a person")
    tries = models.PositiveSmallIntegerField(help_text="that failed by this method, without our own trouble")
    failure_code = models.CharField(max_length=40)
    failed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"retry of document {self.document_id}"


class RetryRule(models.Model):
    """A seller's settings of charging again, as they were set; the last one holds. Append-only."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="retry_rules")
    terms = models.JSONField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=80)
    actor_label = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"retry rule of {self.seller_id}"
