"""Draft accounts in bulk: read with one query a table, decide with pure functions, write with COPY."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import assemble_bill
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.note_accounts import note_accounts
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
    bills: list[BillToWrite] = []
    reasons: dict[int, str] = {}
    for facts, to_bill in list_accounts_to_bill(context, account_ids=account_ids, target_on=run.target_on):
        try:
            bill = assemble_bill(to_bill, target_on=run.target_on, invoice_on=run.invoice_on)
        except Refusal as refusal:
            reasons[facts.account_id] = str(refusal)
            continue
        if bill.documents:
            bills.append(BillToWrite(bill, facts.currency, facts.profile_id, facts.receivable_limit_minor is not None))
    header = DraftHeader(run.seller_id, run.pk, profile_id, run.invoice_on)
    write_drafts(header, bills=bills, at=at, actor=actor)
    _note_outcomes(run, account_ids, {item.bill.account_id for item in bills}, reasons)


def _note_outcomes(run: BillRun, account_ids: Sequence[int], drafted: set[int], reasons: dict[int, str]) -> None:
    note_accounts(run.pk, account_ids=drafted, status="drafted")
    nothing = [account_id for account_id in account_ids if account_id not in drafted and account_id not in reasons]
    note_accounts(run.pk, account_ids=nothing, status="nothing_due")
    by_reason: dict[str, list[int]] = defaultdict(list)
    for account_id, reason in reasons.items():
        by_reason[reason].append(account_id)
    for reason, failed in by_reason.items():
        note_accounts(run.pk, account_ids=failed, status="failed", reason=reason)
