"""Where an account stands, in one sentence and in figures."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Count, F, Min, Q, Sum

from tallystick.accounts.models import Account
from tallystick.interfaces.console.formats import write_count, write_day, write_money
from tallystick.invoicing.models import Document
from tallystick.ledger.models import AccountBalance

OPEN_MINOR = F("gross_minor") - F("settled_minor") - F("written_off_minor") - F("difference_minor")
IS_OPEN = Q(status="posted", gross_minor__gt=F("settled_minor") + F("written_off_minor") + F("difference_minor")) & ~Q(
    kind="credit_note"
)


class Standing(NamedTuple):
    """What an account owes and what we hold for it, in minor units of its currency."""

    currency: str
    open_minor: int
    open_documents: int
    overdue_minor: int
    overdue_since: date | None
    next_due_on: date | None
    customer_credit_minor: int

    @property
    def sentence(self) -> str:
        """For the head of the account's page."""
        parts = [self._write_debt()]
        if self.customer_credit_minor:
            parts.append(f"We hold {write_money(self.customer_credit_minor, currency=self.currency)} of theirs.")
        return " ".join(parts)

    def _write_debt(self) -> str:
        if not self.open_minor:
            return "Owes nothing."
        owed = f"Owes {write_money(self.open_minor, currency=self.currency)}"
        if self.overdue_since is not None:
            late = (
                "all of it"
                if self.overdue_minor == self.open_minor
                else write_money(self.overdue_minor, currency=self.currency)
            )
            return f"{owed}, {late} overdue since {write_day(self.overdue_since)}."
        due = f", due {write_day(self.next_due_on)}" if self.next_due_on else ""
        return f"{owed} on {write_count(self.open_documents, noun='invoice')}{due}."


def get_standing(account: Account, *, today: date) -> Standing:
    """Read it from the account's posted documents and its running balance."""
    is_late = Q(due_on__lt=today)
    sums = Document.objects.filter(IS_OPEN, account=account).aggregate(
        owed=Sum(OPEN_MINOR),
        documents=Count("pk"),
        late=Sum(OPEN_MINOR, filter=is_late),
        since=Min("due_on", filter=is_late),
        due=Min("due_on", filter=~is_late),
    )
    credit = AccountBalance.objects.filter(account=account).values_list("customer_credit_minor", flat=True).first()
    return Standing(
        currency=account.currency,
        open_minor=sums["owed"] or 0,
        open_documents=sums["documents"],
        overdue_minor=sums["late"] or 0,
        overdue_since=sums["since"],
        next_due_on=sums["due"],
        customer_credit_minor=credit or 0,
    )
