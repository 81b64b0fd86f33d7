"""The billed company a day later: mail went out, a print batch was made, one card was charged and another refused."""

from __future__ import annotations

from dataclasses import dataclass

from tallystick.accounts.models import Account
from tallystick.catalog.models import Service
from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.subscriptions.operations.start_deactivation_run import start_deactivation_run
from tests.support.billed_company import BilledCompany
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_subscription
from tests.support.jobs import run_jobs

GOOD_CARD, EMPTY_CARD = "4242424242424242", "4000000000009995"


@dataclass(frozen=True, slots=True)
class CollectedCompany:
    """`paying` paid by card; `short` had not enough money, which `payment_run` lists to be followed up."""

    paying: Account
    short: Account
    card_run: BillRun
    payment_run: PaymentRun
    batch: PrintBatch


def collect_month(company: BilledCompany) -> CollectedCompany:
    """Made through operations and jobs, on top of a billed company. Gateways are called by threads of their own, so the
    database must be a `fresh_database`, to which work is committed."""
    service = Service.objects.get(seller=company.seller)
    paying, short = (
        build_account(company.seller, external_id=external_id, billing_mode="self_serve")
        for external_id in ("C-1", "C-2")
    )
    for account, card in ((paying, GOOD_CARD), (short, EMPTY_CARD)):
        build_subscription(account, company.plan, service, external_id=f"S-{account.external_id}")
        method = NewMethod(account.pk, card)
        store_methods(company.seller, methods=[method], gateway_kind="sandbox", at=AT, actor=ACTOR)
    filters = RunFilters(account_external_ids=("C-1", "C-2"))
    run = start_bill_run(company.seller, target_on=MARCH, filters=filters, at=AT, actor=ACTOR)
    run_jobs()
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    queue_deliveries(Selection(run_id=company.posted_run.pk), at=AT, actor=ACTOR)
    batch = make_print_batch(company.seller, at=AT, actor=ACTOR)
    start_deactivation_run(company.seller, at=AT, actor=ACTOR)
    payment_run = start_payment_run(company.seller, target_on=MARCH, at=AT, actor=ACTOR)
    run_jobs()
    return CollectedCompany(paying, short, BillRun.objects.get(pk=run.pk), payment_run, batch)
