"""Draft accounts in bulk: read with one query a table, decide with pure functions, write with COPY."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.accounts.queries import BillingFacts
from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import AccountToBill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.fees import add_possible_fees
from tallystick.invoicing.core.filters import RunFilters, scope_of
from tallystick.invoicing.core.funded_bill import assemble_bill_with_fees
from tallystick.invoicing.core.per_invoice import PartlyDrafted, assemble_invoices
from tallystick.invoicing.core.run_options import BY_INVOICE
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.ask_shortfalls import ask_shortfalls
from tallystick.invoicing.operations.draw_accounts import draw_accounts
from tallystick.invoicing.operations.note_accounts import note_accounts
from tallystick.invoicing.operations.queue_outcomes import queue_outcomes, tell_not_renewed
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.operations.write_draws import DrawHeader
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount, list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor


class Assembled(NamedTuple):
    """What assembling accounts came to: bills with something in them, and reasons by account id."""

    bills: list[tuple[BillingFacts, DraftBill]]
    reasons: dict[int, str]


def draft_accounts(run: BillRun, *, account_ids: Sequence[int], at: datetime, actor: Actor) -> None:
    """Draft what is due for accounts of a run and note on the run what came of each (ZUO-13: one never stops another).

    Runs in the caller's transaction. Takes the accounts' locks first and reads after, so that two runs that overlap
    on an account bill it once (ZUO-9).
    """
    lock_balances(account_ids)
    context, profile_id = load_billing_context(run.seller)
    scope = scope_of(RunFilters.from_json(run.filters), excluded_kinds=run.excluded_kinds)
    billable = list(list_accounts_to_bill(context, account_ids=account_ids, target_on=run.target_on, scope=scope))
    assembled = assemble_accounts(run, billable=billable)
    waiting = ask_shortfalls(run, assembled=assembled.bills, at=at)
    going_on = [(facts, bill) for facts, bill in assembled.bills if facts.account_id not in waiting]
    bills = [BillToWrite(bill, facts.currency, facts.profile_id) for facts, bill in going_on if bill.documents]
    to_draw = DrawHeader(run.seller_id, run.pk, run.invoice_on)
    drawn = draw_accounts(run.seller, header=to_draw, billable=billable, bills=bills, at=at)
    header = DraftHeader(run.seller_id, run.pk, profile_id, run.invoice_on)
    write_drafts(header, bills=drawn.to_draft, at=at, actor=actor)
    queue_outcomes([bill for _, bill in going_on], queued_by=run.number, at=at, actor=actor)
    outcomes = {account_id: ("failed", reason) for account_id, reason in assembled.reasons.items()}
    outcomes |= {facts.account_id: _tell(bill, assembled.reasons, drawn.account_ids) for facts, bill in going_on}
    outcomes |= {account_id: ("awaiting_funds", reason) for account_id, reason in waiting.items()}
    note_outcomes(run.pk, account_ids=account_ids, outcomes=outcomes)


def assemble_accounts(run: BillRun, *, billable: Iterable[BillableAccount]) -> Assembled:
    """Assemble each account by the run's failure rule; one of which nothing is renewed has a bill without documents."""
    assembled = Assembled([], {})
    for facts, to_bill in billable:
        bill, reasons = _assemble(run, to_bill)
        if reasons:
            assembled.reasons[facts.account_id] = "; ".join(reasons)
        if bill.documents or bill.not_renewed:
            assembled.bills.append((facts, bill))
    return assembled


def _assemble(run: BillRun, to_bill: AccountToBill) -> PartlyDrafted:
    # Funds are spent over the account as a whole: where they bound it, it is drafted as a whole too.
    if run.failure_rule == BY_INVOICE and to_bill.funds is None:
        drafted = assemble_invoices(to_bill, target_on=run.target_on, invoice_on=run.invoice_on)
        return add_possible_fees(drafted, account=to_bill, invoice_on=run.invoice_on)
    try:
        bill = assemble_bill_with_fees(to_bill, target_on=run.target_on, invoice_on=run.invoice_on)
        return PartlyDrafted(bill, ())
    except Refusal as refusal:
        return PartlyDrafted(DraftBill(to_bill.account_id, (), ()), (str(refusal),))


def _tell(bill: DraftBill, reasons: dict[int, str], drawn: set[int]) -> tuple[str, str]:
    """What came of an account, and what of it did not go as it should."""
    done = "drawn" if bill.account_id in drawn else "drafted"
    reason = reasons.get(bill.account_id)
    if reason is not None:
        return done, f"In part: {reason}"
    return done if bill.documents else "not_renewed", tell_not_renewed(bill)


def note_outcomes(run_id: int, *, account_ids: Sequence[int], outcomes: dict[int, tuple[str, str]]) -> None:
    """Note on a run what came of its accounts (status and reason); of those that are not named, nothing was due."""
    by_outcome: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account_id in account_ids:
        by_outcome[outcomes.get(account_id, ("nothing_due", ""))].append(account_id)
    for (status, reason), alike in by_outcome.items():
        note_accounts(run_id, account_ids=alike, status=status, reason=reason)
