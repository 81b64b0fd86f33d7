"""The work of a catch-up run: services count as billed up to the target date, and no document is made (ZUO-7)."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import assemble_bill
from tallystick.invoicing.core.draft import BilledThroughMove
from tallystick.invoicing.core.filters import RunFilters, scope_of
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.draft_accounts import note_outcomes
from tallystick.invoicing.queries.accounts_to_bill import list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.operations.mark_billed_elsewhere import mark_billed_elsewhere

HAS_INVOICES = "This account has invoices already: a catch-up would leave days between them that nobody billed."


def catch_up_accounts(run: BillRun, *, account_ids: Sequence[int], at: datetime, actor: Actor) -> None:
    """Move the services of accounts of a run as a bill run would, without billing them; note what came of each.

    For what another system has billed. Refused for accounts that have an invoice of ours, drafted or posted. Runs in
    the caller's transaction.
    """
    lock_balances(account_ids)
    context, _ = load_billing_context(run.seller)
    billed = _list_billed(account_ids)
    scope = scope_of(RunFilters.from_json(run.filters), excluded_kinds=run.excluded_kinds)
    reasons = dict.fromkeys(billed, HAS_INVOICES)
    moves: dict[int, tuple[BilledThroughMove, ...]] = {}
    untouched = [account_id for account_id in account_ids if account_id not in billed]
    for facts, to_bill in list_accounts_to_bill(context, account_ids=untouched, target_on=run.target_on, scope=scope):
        try:
            # what another system billed is not tested against funds
            bill = assemble_bill(to_bill._replace(funds=None), target_on=run.target_on, invoice_on=run.invoice_on)
        except Refusal as refusal:
            reasons[facts.account_id] = str(refusal)
            continue
        if bill.moves:
            moves[facts.account_id] = bill.moves
    mark_billed_elsewhere([move for own in moves.values() for move in own])
    outcomes = {account_id: ("failed", reason) for account_id, reason in reasons.items()}
    outcomes |= dict.fromkeys(moves, ("caught_up", ""))
    note_outcomes(run.pk, account_ids=account_ids, outcomes=outcomes)


def _list_billed(account_ids: Sequence[int]) -> set[int]:
    documents = Document.objects.filter(account_id__in=account_ids).exclude(status="canceled")
    return set(documents.values_list("account_id", flat=True))
