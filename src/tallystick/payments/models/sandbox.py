"""What the sandbox gateway remembers on its side of the wire. No other code reads these tables: ask the gateway."""

from django.db import models
from django.db.models import Q


class SandboxMandate(models.Model):
    """A test card or IBAN that may be debited. The number is kept: it decides how charges turn out."""

    ref = models.CharField(max_length=40, unique=True)
    customer_ref = models.CharField(max_length=40, db_index=True)
    number = models.CharField(max_length=34)
    state = models.CharField(max_length=8, default="valid")
    charges = models.PositiveIntegerField(default=0, help_text="charges that were executed, whatever came of them")
    saved_on = models.DateField(null=True, blank=True, help_text="from when a card that expires counts its days")

    def __str__(self) -> str:
        return self.ref


class SandboxPayment(models.Model):
    """A charge that the sandbox executed. Its outcome is decided at once and shows at `settles_at`."""

    ref = models.CharField(max_length=40, unique=True)
    our_id = models.CharField(max_length=80, db_index=True)
    mandate = models.ForeignKey(SandboxMandate, on_delete=models.PROTECT, null=True, related_name="payments")
    amount_minor = models.BigIntegerField(help_text="what it reports, which one magic card makes another than asked")
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=16)
    notify_url = models.CharField(max_length=500, blank=True)
    failure_code = models.CharField(max_length=40, blank=True)
    raw_code = models.CharField(max_length=40, blank=True, help_text="in the words of the bank: AM04, do_not_honor")
    settles_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref


class SandboxPage(models.Model):
    """A hosted page on which a payment waits for a customer. `number` is the card or IBAN that they paid with."""

    payment = models.OneToOneField(SandboxPayment, on_delete=models.PROTECT, related_name="page")
    customer_ref = models.CharField(max_length=40, blank=True, db_index=True)
    keeps_mandate = models.BooleanField(default=False)
    number = models.CharField(max_length=34, blank=True)
    return_url = models.CharField(max_length=500)
    notify_url = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"page of {self.payment_id}"


class SandboxRefund(models.Model):
    """Money given back. Its outcome is decided at once and shows at `settles_at`."""

    ref = models.CharField(max_length=40, unique=True)
    our_id = models.CharField(max_length=80)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, related_name="refunds")
    amount_minor = models.BigIntegerField()
    is_failed = models.BooleanField(default=False)
    settles_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.ref


class SandboxDispute(models.Model):
    """Money that the payer's bank takes back. May be written down long before it opens: its day is the number's."""

    ref = models.CharField(max_length=40, unique=True)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, related_name="disputes")
    amount_minor = models.BigIntegerField()
    reason = models.CharField(max_length=40, help_text="in the words of the bank: MD06, fraudulent")
    opened_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.ref


class SandboxKey(models.Model):
    """An idempotency key that the sandbox has seen, and the payment or refund that it made, if any."""

    key = models.CharField(max_length=80, unique=True)
    request_hash = models.CharField(max_length=64)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, null=True)
    refund = models.ForeignKey(SandboxRefund, on_delete=models.PROTECT, null=True)
    tries = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class SandboxNotice(models.Model):
    """News of a payment, posted to its notify URL at `try_at`; no `try_at` when it was taken, or given up."""

    payment = models.ForeignKey(SandboxPayment, on_delete=models.PROTECT, related_name="notices")
    says = models.CharField(max_length=20, help_text="what the form says of the payment, to be disbelieved")
    try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    answer = models.PositiveSmallIntegerField(default=0, help_text="the status with which it was answered last")

    class Meta:
        indexes = [models.Index(fields=["try_at"], name="sandbox_notice_due", condition=Q(try_at__isnull=False))]

    def __str__(self) -> str:
        return f"news of {self.payment_id}"
