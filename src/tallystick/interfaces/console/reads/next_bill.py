"""The next bill of an account: when, and how much. The real assembly, without saving anything."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.accounts.models import Account
from tallystick.accounts.queries import list_billing_facts
from tallystick.errors import Refusal
from tallystick.invoicing.operations.queue_outcomes import tell_not_renewed
from tallystick.invoicing.queries.accounts_to_bill import preview_bill
from tallystick.invoicing.queries.askable_methods import list_askable
from tallystick.invoicing.queries.next_due import find_next_due


class NextBill(NamedTuple):
    """The day on which a run would bill something next, and what it would come to; or why it can't be said."""

    on: date
    gross_minor: int
    currency: str
    problem: str = ""
    is_drawn: bool = False

    @property
    def note(self) -> str:
        """What there is to say about it."""
        drawn = "Drawn from the balance; the statement of the month asks for it" if self.is_drawn else ""
        return ". ".join(filter(None, (self.problem, drawn)))


def find_next_bill(account: Account, *, today: date) -> NextBill | None:
    """What the next bill run would draft for this account; None if nothing falls due within a year."""
    on = find_next_due(account.pk, today=today)
    if on is None:
        return None
    try:
        bill = preview_bill(account.seller, account_id=account.pk, target_on=on)
    except Refusal as refusal:
        return NextBill(on, 0, account.currency, refusal.message)
    gross_minor = sum(document.gross_minor for document in bill.documents)
    facts = list_billing_facts([account.pk])
    asked = list_askable(account.seller_id, assembled=[(fact, bill) for fact in facts])
    if asked:
        return NextBill(on, 0, account.currency, asked[0].in_words())
    is_drawn = gross_minor != 0 and account.funding_policy in POSTPAID_MODES
    return NextBill(on, gross_minor, account.currency, tell_not_renewed(bill).capitalize(), is_drawn)
