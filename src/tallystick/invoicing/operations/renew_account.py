"""Bill chosen services of one account at once, outside any run: the same engine, drafted and posted (CRM-23)."""

from collections.abc import Collection
from datetime import date, datetime

from tallystick.accounts.models import Account
from tallystick.credit.core.model_tests import PAY_BEFORE
from tallystick.invoicing.core.assembly import assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.operations.draw_accounts import draw_accounts
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.queue_outcomes import queue_outcomes
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.operations.write_draws import DrawHeader
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount, list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.run_documents import list_drafts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor


def renew_account(
    account: Account,
    *,
    service_ids: Collection[int],
    on: date,
    occasion: str,
    at: datetime,
    actor: Actor,
    is_with_due_prepaid: bool = False,
    without: Collection[int] = (),
) -> DraftBill:
    """Bill what is due on `on` of these subscription services, as far as the funds go; return the bill.

    Drafted and posted, or drawn where the account is drawn on.

    With its due prepaid services, but `without` some, money is spent in the rank order of all of them (CRM-10, CRM-15).
    In the caller's transaction, under the account's lock. What is renewed leaves the deactivation queue, what fails
    stays in it or enters it. A step of a larger operation, which has asked its actor. Raises what assembly refuses.
    """
    lock_balances([account.pk])
    seller = account.seller
    context, profile_id = load_billing_context(seller)
    for facts, to_bill in list_accounts_to_bill(context, account_ids=[account.pk], target_on=on):
        billable = BillableAccount(facts, to_bill)
        wanted = [
            each
            for each in to_bill.services
            if each.terms.subscription_service_id in service_ids
            or (
                is_with_due_prepaid
                and each.billing_model == PAY_BEFORE
                and each.terms.subscription_service_id not in without
            )
        ]
        bill = assemble_bill(to_bill._replace(services=wanted), target_on=on, invoice_on=on)
        header = DraftHeader(seller.pk, None, profile_id, on)
        bills = [BillToWrite(bill, facts.currency, facts.profile_id)] if bill.documents else []
        to_draw = DrawHeader(seller.pk, None, on)
        drawn = draw_accounts(seller, header=to_draw, billable=[billable], bills=bills, at=at)
        document_ids = write_drafts(header, bills=drawn.to_draft, at=at, actor=actor)
        queue_outcomes([bill], queued_by=occasion, at=at, actor=actor)
        post_documents(seller, drafts=list_drafts(document_ids), on=on, at=at, actor=actor)
        return bill
    return DraftBill(account.pk, (), ())
