"""Bill a change of a subscription at once: what was billed is repaired, what is due billed or drawn (CRM 5.5)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.credit.queries import Funds, get_funds
from tallystick.invoicing.core.action_funds import FundsBefore, require_action_funds
from tallystick.invoicing.core.assembly import ServiceToBill, assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.models import Bill, Document, Draw
from tallystick.invoicing.operations.draw_accounts import draw_accounts
from tallystick.invoicing.operations.drop_account import drop_account, regenerate_account
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.queue_outcomes import queue_outcomes
from tallystick.invoicing.operations.repair_services import repair_services
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.operations.write_draws import DrawHeader
from tallystick.invoicing.queries.accounts_to_bill import BillableAccount, list_accounts_to_bill
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.invoicing.queries.draws import find_last_draw, list_draws_after
from tallystick.invoicing.queries.run_documents import get_draft, sum_drafts
from tallystick.invoicing.queries.waiting_drafts import list_runs_waiting
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_POST
from tallystick.subscriptions.core.billing_scheme import effective_model
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.queries import get_subscription

DAY = timedelta(days=1)
NO_CHANGES: Mapping[int, date] = {}
CHANGED = "an action changed a subscription"


class BillingScope(NamedTuple):
    """What of a change is billed at once.

    `services` are the subscription services that are looked at, None all; `bills_due` False only repairs what was
    billed. `is_tested_in_full` asks for the whole funds test even where nothing is to pay; `is_tested` False leaves it
    to the caller, who has the money or only wants the price.
    """

    services: Collection[int] | None = None
    bills_due: bool = True
    is_tested_in_full: bool = False
    is_tested: bool = True


EVERYTHING_DUE = BillingScope()


class BilledChange(NamedTuple):
    """What a change came to: documents, posted, and on accounts that are drawn on what was drawn and taken back."""

    documents: list[Document]
    draws: list[Draw]

    @property
    def cost_minor(self) -> int:
        """Gross of it all, in minor units: credit notes and what was taken back lower it."""
        posted = sum(each.gross_minor * (-1 if each.kind == "credit_note" else 1) for each in self.documents)
        return posted + sum(each.net_minor + each.tax_minor for each in self.draws)


def bill_change(
    subscription_id: int,
    *,
    as_of: date,
    reason: str,
    at: datetime,
    actor: Actor,
    changed_from: Mapping[int, date] = NO_CHANGES,
    scope: BillingScope = EVERYTHING_DUE,
) -> BilledChange:
    """Draft and post what a change comes to, with a population of one, or draw it where the account is drawn on.

    Services whose agreement changed (`changed_from`: subscription service id to first changed day) are repaired by
    credit and debit notes. Then every service of the subscription that is billed in advance, and what is sold once, is
    billed up to `as_of`, and so is what takes a place from the next day on (C-14); what is billed in arrears waits for
    the run (CRM 5.5). Drafts of the account in runs under
    review are taken out before, and drafted again after. Runs in the transaction of the
    change itself, so that both stand or neither. Refuses ActionNotFunded where the funds test fails, AccountBeingBilled
    while a run is at work on the account, and what assembly refuses.
    """
    actor.require(BILL_RUNS_POST)
    with transaction.atomic():
        subscription = get_subscription(subscription_id)
        account = Account.objects.select_related("seller").get(pk=subscription.account_id)
        lock_balances([account.pk])
        runs = list_runs_waiting(account.pk)
        waiting = [(run, sum_drafts(run.pk, account_id=account.pk)) for run in runs]
        for run in reversed(runs):  # what was billed last is taken out first
            drop_account(run, account=account, reason=CHANGED, at=at, actor=actor, is_told=False)
        before, last_draw = get_funds(account), find_last_draw(account.pk)
        drafted = _repair(account, changed_from, reason, at, actor)
        if scope.bills_due:
            drafted += _draft_due(subscription, account, as_of, scope.services, reason, at, actor)
        _put_on_one_bill(account, drafted, at=at)
        documents = _post(account, drafted, at=at, actor=actor)
        billed = BilledChange(documents, list_draws_after(account.pk, after_id=last_draw))
        if scope.is_tested:
            _require_funds(subscription, billed, before, is_tested_in_full=scope.is_tested_in_full)
        for run, gross_minor in waiting:
            regenerate_account(run, account=account, reason=CHANGED, was_minor=gross_minor, at=at, actor=actor)
    return billed


def _repair(account: Account, changed_from: Mapping[int, date], reason: str, at: datetime, actor: Actor) -> list[int]:
    context, _ = load_billing_context(account.seller)
    on = _today(account, at)
    notes = repair_services(
        context, account=account, changed_from=changed_from, dated_on=on, reason=reason, at=at, actor=actor
    )
    return [note.pk for note in notes]


def _draft_due(
    subscription: Subscription,
    account: Account,
    as_of: date,
    services: Collection[int] | None,
    reason: str,
    at: datetime,
    actor: Actor,
) -> list[int]:
    context, profile_id = load_billing_context(account.seller)
    on = _today(account, at)
    drafted: list[int] = []
    for facts, to_bill in list_accounts_to_bill(context, account_ids=[account.pk], target_on=as_of + DAY):
        own = [
            each
            for each in to_bill.services
            if each.subscription_id == subscription.pk
            and _is_billed_now(each, as_of)
            and (services is None or each.terms.subscription_service_id in services)
        ]
        billed_to = max([as_of, *(each.terms.starts_on for each in own)])
        # The action as a whole passes its funds test or not: services are not tested one by one (CRM-25).
        bill = assemble_bill(to_bill._replace(services=own, funds=None), target_on=billed_to, invoice_on=on)
        if bill.documents:
            header = DraftHeader(account.seller_id, None, profile_id, on)
            to_write = BillToWrite(_without_holds(bill), facts.currency, facts.profile_id)
            drawn = draw_accounts(
                account.seller,
                header=DrawHeader(account.seller_id, None, on, reason[:300]),
                billable=[BillableAccount(facts, to_bill)],
                bills=[to_write],
                at=at,
            )
            drafted += write_drafts(header, bills=drawn.to_draft, at=at, actor=actor)
            queue_outcomes([bill], queued_by="an action", at=at, actor=actor)
    return drafted


def _post(account: Account, drafted: Sequence[int], *, at: datetime, actor: Actor) -> list[Document]:
    heads = [get_draft(document_id) for document_id in drafted]
    post_documents(account.seller, drafts=heads, on=_today(account, at), at=at, actor=actor)
    return list(Document.objects.filter(pk__in=drafted).order_by("pk"))


def _require_funds(subscription: Subscription, billed: BilledChange, before: Funds, *, is_tested_in_full: bool) -> None:
    require_action_funds(
        effective_model(subscription.scheme, billing_model=subscription.plan.billing_model),
        cost_minor=billed.cost_minor,
        open_minor=sum(each.open_minor for each in billed.documents),
        funds=FundsBefore(
            before.funding_policy,
            before.held_minor - before.balance_minor,
            before.limit_minor,
            before.purchasable_minor,
            before.currency,
        ),
        is_tested_in_full=is_tested_in_full,
    )


def _today(account: Account, at: datetime) -> date:
    """Which day it is where the account's seller is."""
    return at.astimezone(ZoneInfo(account.seller.time_zone)).date()


def _is_billed_now(service: ServiceToBill, as_of: date) -> bool:
    """Whether an action bills it: not what is billed in arrears, nor a period of tomorrow that only goes on."""
    terms = service.terms
    if not (terms.bills_in_advance or terms.is_one_off):
        return False
    if service.waits_for_run and (terms.billed_through or terms.starts_on) <= terms.starts_on:
        return False  # added under delayed alignment: the next run bills it with its first whole period (CRM-28)
    billed_from = max(terms.billed_through or terms.starts_on, terms.starts_on)
    return billed_from <= as_of or billed_from == terms.starts_on


def _without_holds(bill: DraftBill) -> DraftBill:
    """Drafts that are posted at once take what they need in the same transaction: nothing has to be held for them."""
    return bill._replace(documents=tuple(each._replace(hold_kind="") for each in bill.documents))


def _put_on_one_bill(account: Account, drafted: Sequence[int], *, at: datetime) -> None:
    """Credit note and invoice of one action stand on one bill (CRM-42)."""
    bills = Document.objects.filter(pk__in=drafted, bill__isnull=False).values_list("bill_id", flat=True)
    bill_id = next(iter(bills), None)
    if bill_id is None and drafted:
        bill_id = Bill.objects.create(account=account, run=None, created_at=at).pk
    Document.objects.filter(pk__in=drafted, bill__isnull=True).update(bill_id=bill_id)
