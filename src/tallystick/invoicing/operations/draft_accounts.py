"""Draft accounts in bulk: read with one query a table, decide with pure functions, write with COPY."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tallystick.accounts.queries import BillingFacts
from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.ask_shortfalls import ask_shortfalls
from tallystick.invoicing.operations.note_accounts import note_accounts
from tallystick.invoicing.operations.queue_outcomes import queue_outcomes, tell_not_renewed
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.queries.accounts_to_bill import list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor


def draft_accounts(run: BillRun, *, account_ids: Sequence[int], at: datetime, actor: Actor) -> None:
    """Draft what is due for accounts of a run and note on the run what came of each (ZUO-13: one never stops another).

    Runs in the caller's transaction. Takes the accounts' locks first and reads after, so that two runs that overlap
    on an account bill it once (ZUO-9).
    """
    lock_balances(account_ids)
    context, profile_id = load_billing_context(run.seller)
    assembled: list[tuple[BillingFacts, DraftBill]] = []
    outcomes: dict[int, tuple[str, str]] = {}
    for facts, to_bill in list_accounts_to_bill(context, account_ids=account_ids, target_on=run.target_on):
        try:
            bill = assemble_bill(to_bill, target_on=run.target_on, invoice_on=run.invoice_on)
        except Refusal as refusal:
            outcomes[facts.account_id] = ("failed", str(refusal))
            continue
        if bill.documents or bill.not_renewed:
            assembled.append((facts, bill))
    waiting = ask_shortfalls(run, assembled=assembled, at=at)
    outcomes |= {account_id: ("awaiting_funds", reason) for account_id, reason in waiting.items()}
    assembled = [(facts, bill) for facts, bill in assembled if bill.account_id not in waiting]
    bills = [BillToWrite(bill, facts.currency, facts.profile_id) for facts, bill in assembled if bill.documents]
    header = DraftHeader(run.seller_id, run.pk, profile_id, run.invoice_on)
    write_drafts(header, bills=bills, at=at, actor=actor)
    queue_outcomes([bill for _, bill in assembled], queued_by=run.number, at=at, actor=actor)
    for _, bill in assembled:
        outcomes[bill.account_id] = ("drafted" if bill.documents else "dropped", tell_not_renewed(bill))
    _note_outcomes(run, account_ids, outcomes)


def _note_outcomes(run: BillRun, account_ids: Sequence[int], outcomes: dict[int, tuple[str, str]]) -> None:
    by_outcome: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account_id in account_ids:
        by_outcome[outcomes.get(account_id, ("nothing_due", ""))].append(account_id)
    for (status, reason), alike in by_outcome.items():
        note_accounts(run.pk, account_ids=alike, status=status, reason=reason)
