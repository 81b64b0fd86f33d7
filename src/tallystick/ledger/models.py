"""Rows of the ledger. Triggers (migration 0002) refuse unbalanced transactions and any change of what was written."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.ledger.core.chart import ACCOUNT_CARRYING, LEDGER_ACCOUNTS
from tallystick.sellers.models import Seller


class LedgerBook(models.Model):
    """One book per seller and currency; entries never cross books."""

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="books")
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "currency"], name="one_book_a_seller_and_currency"),
            models.CheckConstraint(condition=Q(currency__regex=r"^[A-Z]{3}$"), name="book_currency_is_iso"),
        ]

    def __str__(self) -> str:
        return f"{self.seller} {self.currency}"


class LedgerTransaction(models.Model):
    """One event in money. `subject` names its cause as text ("document:17"), since causes live in later rooms."""

    book = models.ForeignKey(LedgerBook, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=60)
    occurred_on = models.DateField()
    recorded_at = models.DateTimeField()
    entry_count = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(entry_count__gte=2), name="ledger_transaction_has_two_sides"),
        ]
        indexes = [models.Index(fields=["subject"], name="ledger_transaction_by_subject")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class LedgerEntry(models.Model):
    """One side of a transaction: positive is a debit, negative a credit."""

    pk = models.CompositePrimaryKey("transaction_id", "position")
    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries", db_index=False)
    position = models.PositiveSmallIntegerField()
    ledger_account = models.CharField(max_length=20)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, db_index=False)
    detail = models.CharField(max_length=60, blank=True, help_text="revenue code, VAT registration and rate, gateway")
    amount_minor = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = [
            models.CheckConstraint(condition=Q(ledger_account__in=LEDGER_ACCOUNTS), name="ledger_account_is_known"),
            models.CheckConstraint(
                condition=~Q(ledger_account__in=ACCOUNT_CARRYING) | Q(account__isnull=False),
                name="customer_side_names_its_account",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "ledger_account"], name="ledger_entry_by_account", condition=Q(account__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ledger_account} {self.amount_minor}"


class AccountBalance(models.Model):
    """Running sums of an account's entries, moved in the transaction that writes them; the lock of the account.

    Signs as in the ledger's words: receivable and unbilled are what they owe, customer credit is what we hold.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="ledger_balance")
    receivable_minor = models.BigIntegerField(default=0)
    unbilled_minor = models.BigIntegerField(default=0)
    customer_credit_minor = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"balance of {self.account_id}"

    @property
    def balance_minor(self) -> int:
        """Customer credit - receivable - unbilled, in minor units; negative means they owe."""
        return self.customer_credit_minor - self.receivable_minor - self.unbilled_minor
