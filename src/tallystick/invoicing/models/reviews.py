"""What a spot-check of a run looks at: an account with the reasons, and how its bill differs from the last one."""

from django.db import models
from django.db.models import Q

from tallystick.accounts.models import Account
from tallystick.invoicing.core.differences import CHANGES
from tallystick.invoicing.models.runs import BillRun


class AccountReview(models.Model):
    """An account of a run that stands out. Derived, and written anew whenever the account is drafted again.

    An account that the run before had and this one has not is here too. Amounts are gross.
    """

    run = models.ForeignKey(BillRun, on_delete=models.CASCADE, related_name="reviews", db_index=False)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="reviews", db_index=False)
    weight = models.PositiveSmallIntegerField(default=0, help_text="how urgent its reasons are together; 0: none")
    risks = models.JSONField(default=list, help_text="[code, words] of each, most urgent first")
    currency = models.CharField(max_length=3)
    gross_minor = models.BigIntegerField(null=True, help_text="empty: no bill")
    previous_gross_minor = models.BigIntegerField(null=True, help_text="in the run before; empty: no bill")
    change = models.CharField(max_length=12, blank=True)
    change_basis_points = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "account"], name="one_review_an_account"),
            models.CheckConstraint(condition=Q(change__in=["", *CHANGES]), name="account_review_change"),
        ]
        indexes = [models.Index(fields=["run", "-weight", "id"], name="account_review_by_weight")]

    def __str__(self) -> str:
        return f"account {self.account_id} in run {self.run_id}"
