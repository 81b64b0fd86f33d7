"""The next bill of an account: when, and how much. The real assembly, without saving anything."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from tallystick.accounts.core.funding import POSTPAID_MODES
from tallystick.accounts.models import Account
from tallystick.accounts.queries import list_billing_facts
from tallystick.errors import Refusal
from tallystick.invoicing.operations.queue_outcomes import tell_not_renewed
from tallystick.invoicing.queries.accounts_to_bill import preview_bill
from tallystick.invoicing.queries.askable_methods import list_askable
from tallystick.periods.anchor import Cycle, next_boundary
from tallystick.subscriptions.core.due_service import DueService
from tallystick.subscriptions.queries import list_due_services

_HORIZON = timedelta(days=370)


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
    ahead = list_due_services([account.pk], target_on=today + _HORIZON)
    if not ahead:
        return None
    on = max(min(_due_on(service) for service in ahead), today)
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


def _due_on(service: DueService) -> date:
    if service.billing_model != "postbill_pay_after":
        return service.billed_through
    cycle = Cycle(service.cycle_origin_on, service.anchor_day, service.interval_months, service.interval_days)
    return next_boundary(cycle, service.billed_through)
