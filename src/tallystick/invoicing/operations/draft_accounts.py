"""Draft accounts in bulk: read with one query a table, decide with pure functions, write with COPY."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import AccountToBill, assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.filters import RunFilters, scope_of
from tallystick.invoicing.core.per_invoice import PartlyDrafted, assemble_invoices
from tallystick.invoicing.core.run_options import BY_INVOICE
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.draw_accounts import draw_accounts
from tallystick.invoicing.operations.note_accounts import note_accounts
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount, list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor


class Assembled(NamedTuple):
    """What assembling accounts came to: bills with something in them, and reasons by account id."""

    bills: list[BillToWrite]
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
    assembled = assemble_accounts(run, billable)
    drawn = draw_accounts(run, billable=billable, bills=assembled.bills, at=at)
    header = DraftHeader(run.seller_id, run.pk, profile_id, run.invoice_on)
    write_drafts(header, bills=drawn.to_draft, at=at, actor=actor)
    drafted = {item.bill.account_id for item in drawn.to_draft}
    reasons = {**assembled.reasons, **drawn.reasons}
    in_part = {account_id: reasons.pop(account_id) for account_id in drawn.account_ids if account_id in reasons}
    others = [account_id for account_id in account_ids if account_id not in drawn.account_ids]
    note_outcomes(run.pk, account_ids=others, done=drafted, done_as="drafted", reasons=reasons)
    note_outcomes(run.pk, account_ids=[], done=drawn.account_ids, done_as="drawn", reasons=in_part)


def assemble_accounts(run: BillRun, billable: Iterable[BillableAccount]) -> Assembled:
    """Assemble each account by the run's failure rule."""
    assembled = Assembled([], {})
    for facts, to_bill in billable:
        bill, reasons = _assemble(run, to_bill)
        if reasons:
            assembled.reasons[facts.account_id] = "; ".join(reasons)
        if bill.documents:
            has_limit = facts.receivable_limit_minor is not None
            assembled.bills.append(BillToWrite(bill, facts.currency, facts.profile_id, has_limit))
    return assembled


def _assemble(run: BillRun, to_bill: AccountToBill) -> PartlyDrafted:
    if run.failure_rule == BY_INVOICE:
        return assemble_invoices(to_bill, target_on=run.target_on, invoice_on=run.invoice_on)
    try:
        return PartlyDrafted(assemble_bill(to_bill, target_on=run.target_on, invoice_on=run.invoice_on), ())
    except Refusal as refusal:
        return PartlyDrafted(DraftBill(to_bill.account_id, (), ()), (str(refusal),))


def note_outcomes(
    run_id: int, *, account_ids: Sequence[int], done: set[int], done_as: str, reasons: dict[int, str]
) -> None:
    """Note on a run what came of its accounts: done, nothing due, or failed; one that is done in part keeps why."""
    note_accounts(run_id, account_ids=done, status=done_as)
    nothing = [account_id for account_id in account_ids if account_id not in done and account_id not in reasons]
    note_accounts(run_id, account_ids=nothing, status="nothing_due")
    by_reason: dict[tuple[str, str], list[int]] = defaultdict(list)
    for account_id, reason in reasons.items():
        is_done = account_id in done
        by_reason[done_as if is_done else "failed", f"In part: {reason}" if is_done else reason].append(account_id)
    for (status, reason), ids in by_reason.items():
        note_accounts(run_id, account_ids=ids, status=status, reason=reason)
