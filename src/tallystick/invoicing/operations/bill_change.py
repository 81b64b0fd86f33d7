"""Bill a change of a subscription at once: repair what was billed, bill what is due, post both as one bill (CRM 5.5)."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from tallystick.accounts.models import Account
from tallystick.invoicing.core.assembly import ServiceToBill, assemble_bill
from tallystick.invoicing.models import Bill, Document
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.repair_services import repair_services
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.queries.accounts_to_bill import list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.run_documents import get_draft
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_POST

NO_CHANGES: Mapping[int, date] = {}


def bill_change(
    account: Account,
    *,
    subscription_id: int,
    as_of: date,
    reason: str,
    at: datetime,
    actor: Actor,
    changed_from: Mapping[int, date] = NO_CHANGES,
) -> list[Document]:
    """Draft and post what a change comes to, with a population of one; return the documents, posted.

    Services whose agreement changed (`changed_from`: subscription service id to first changed day) are repaired by
    credit and debit notes. Then every service of the subscription that is billed in advance, and what is sold once, is
    billed up to `as_of`; what is billed in arrears waits for the run (CRM 5.5). Runs in the transaction of the change
    itself, so that both stand or neither. Raises what assembly refuses.
    """
    actor.require(BILL_RUNS_POST)
    lock_balances([account.pk])
    context, profile_id = load_billing_context(account.seller)
    on = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
    notes = repair_services(
        context, account=account, changed_from=changed_from, dated_on=on, reason=reason, at=at, actor=actor
    )
    drafted = [note.pk for note in notes]
    for facts, to_bill in list_accounts_to_bill(context, account_ids=[account.pk], target_on=as_of):
        own = [each for each in to_bill.services if each.subscription_id == subscription_id and _is_billed_now(each)]
        bill = assemble_bill(to_bill._replace(services=own), target_on=as_of, invoice_on=on)
        if bill.documents:
            drafts = BillToWrite(bill, facts.currency, facts.profile_id, facts.receivable_limit_minor is not None)
            header = DraftHeader(account.seller_id, None, profile_id, on)
            drafted += write_drafts(header, bills=[drafts], at=at, actor=actor)
    _put_on_one_bill(account, drafted, at=at)
    post_documents(account.seller, drafts=[get_draft(pk) for pk in drafted], on=on, at=at, actor=actor)
    return list(Document.objects.filter(pk__in=drafted).order_by("pk"))


def _is_billed_now(service: ServiceToBill) -> bool:
    return service.terms.bills_in_advance or service.terms.is_one_off


def _put_on_one_bill(account: Account, drafted: list[int], *, at: datetime) -> None:
    """Credit note and invoice of one action stand on one bill (CRM-42)."""
    bills = Document.objects.filter(pk__in=drafted, bill__isnull=False).values_list("bill_id", flat=True)
    bill_id = next(iter(bills), None)
    if bill_id is None and drafted:
        bill_id = Bill.objects.create(account=account, run=None, created_at=at).pk
    Document.objects.filter(pk__in=drafted, bill__isnull=True).update(bill_id=bill_id)
