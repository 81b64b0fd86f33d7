"""Draft accounts in bulk: read with one query a table, decide with pure functions, write with COPY."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from tallystick.accounts.queries import BillingFacts, list_billing_facts
from tallystick.errors import Refusal
from tallystick.invoicing.core.assembly import AccountToBill, ServiceToBill, assemble_bill
from tallystick.invoicing.core.draft import DraftBill
from tallystick.invoicing.core.terms import BillingContext, collection_method_of, service_to_bill
from tallystick.invoicing.models import BillRun, BillRunAccount
from tallystick.invoicing.operations.write_drafts import BillToWrite, DraftHeader, write_drafts
from tallystick.invoicing.queries.billing_context import load_billing_context
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.rating.discount import Discount
from tallystick.subscriptions.queries import DiscountFacts, DueService, list_discounts, list_due_services
from tallystick.taxes.core.supply import Party


def draft_accounts(run: BillRun, account_ids: Sequence[int], *, at: datetime, actor: Actor) -> None:
    """Draft what is due for accounts of a run and note on the run what came of each (ZUO-13: one never stops another).

    Runs in the caller's transaction. Takes the accounts' locks first and reads after, so that two runs that overlap on an
    account bill it once (ZUO-9).
    """
    lock_balances(account_ids)
    context, profile_id = load_billing_context(run.seller)
    facts = {fact.account_id: fact for fact in list_billing_facts(account_ids)}
    services = list_due_services(account_ids, target_on=run.target_on)
    discounts = list_discounts([service.subscription_service_id for service in services])
    bills: list[BillToWrite] = []
    reasons: dict[int, str] = {}
    for account_id, due in groupby(services, key=attrgetter("account_id")):
        fact = facts[account_id]
        try:
            bill = _assemble(run, context, fact, due, discounts)
        except Refusal as refusal:
            reasons[account_id] = str(refusal)
            continue
        if bill.documents:
            bills.append(BillToWrite(bill, fact.currency, fact.profile_id, fact.receivable_limit_minor is not None))
    header = DraftHeader(run.seller_id, run.pk, profile_id, run.invoice_on)
    write_drafts(header, bills=bills, at=at, actor=actor)
    _note_outcomes(run, account_ids, {item.bill.account_id for item in bills}, reasons)


def _assemble(
    run: BillRun,
    context: BillingContext,
    fact: BillingFacts,
    due: Iterable[DueService],
    discounts: dict[int, tuple[DiscountFacts, ...]],
) -> DraftBill:
    services: list[ServiceToBill] = [
        service_to_bill(
            context,
            service,
            currency=fact.currency,
            discounts=[Discount(*facts) for facts in discounts.get(service.subscription_service_id, ())],
        )
        for service in due
    ]
    account = AccountToBill(
        account_id=fact.account_id,
        collection_method=collection_method_of(fact.billing_mode),
        net_terms_days=context.net_terms(fact.net_terms_days),
        services=services,
        taxes=context.taxes.for_buyer(Party(fact.country, fact.is_business, bool(fact.vat_number))),
    )
    return assemble_bill(account, target_on=run.target_on, invoice_on=run.invoice_on)


def _note_outcomes(run: BillRun, account_ids: Sequence[int], drafted: set[int], reasons: dict[int, str]) -> None:
    rows = BillRunAccount.objects.filter(run=run)
    rows.filter(account_id__in=drafted).update(status="drafted", reason="")
    nothing = [account_id for account_id in account_ids if account_id not in drafted and account_id not in reasons]
    if nothing:
        rows.filter(account_id__in=nothing).update(status="nothing_due", reason="")
    by_reason: dict[str, list[int]] = defaultdict(list)
    for account_id, reason in reasons.items():
        by_reason[reason].append(account_id)
    for reason, failed in by_reason.items():
        rows.filter(account_id__in=failed).update(status="failed", reason=reason[:300])
