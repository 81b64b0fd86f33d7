"""A company in the middle of its month: one account's invoice is posted, another's waits in a run for its review."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.accounts.models import Account
from tallystick.catalog.core.items import NewPlanService
from tallystick.catalog.models import Plan, Price
from tallystick.catalog.operations.add_plan_service import add_plan_service
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tallystick.subscriptions.models import Subscription
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs


@dataclass(frozen=True, slots=True)
class BilledCompany:
    """What there is. A-1 owes `invoice` of `posted_run`; A-2 has `draft` in `run`, which is completed; A-3 is new."""

    seller: Seller
    plan: Plan
    price: Price
    account: Account
    other_account: Account
    new_account: Account
    subscription: Subscription
    posted_run: BillRun
    invoice: Document
    run: BillRun
    draft: Document


def build_billed_company() -> BilledCompany:
    """Made through operations, at 1 March 2026, at which the business clock then stands."""
    clock.set_clock(AT)
    seller = build_seller()
    service, plan = build_service(seller), build_plan(seller)
    add_plan_service(seller, place=NewPlanService(plan.code, service.code), actor=ACTOR)
    accounts = [
        build_account(seller, external_id=f"A-{number}", party={"city": "Utrecht"}, is_printed=True)
        for number in (1, 2, 3)
    ]
    for account in accounts[:2]:
        build_subscription(account, plan, service, external_id=f"S-{account.external_id}")
    posted_run = _bill(seller, accounts[0])
    post_bill_run(posted_run, at=AT, actor=ACTOR)
    run_jobs()
    run = _bill(seller, accounts[1])
    return BilledCompany(
        seller=seller,
        plan=plan,
        price=Price.objects.get(service=service),
        account=accounts[0],
        other_account=accounts[1],
        new_account=accounts[2],
        subscription=Subscription.objects.get(account=accounts[0]),
        posted_run=BillRun.objects.get(pk=posted_run.pk),
        invoice=Document.objects.get(run=posted_run),
        run=run,
        draft=Document.objects.get(run=run),
    )


def _bill(seller: Seller, account: Account) -> BillRun:
    filters = RunFilters(account_external_ids=(account.external_id,))
    run = start_bill_run(seller, target_on=MARCH, filters=filters, at=AT, actor=ACTOR)
    run_jobs()
    return BillRun.objects.get(pk=run.pk)
