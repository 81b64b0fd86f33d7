"""Steps of a billing story for tests: bill and post a month, save payment methods, run payments, look at failures."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from tallystick.accounts.models import Account
from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries.failures import FollowUp, list_failures, list_skipped
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_account, build_plan, build_service, build_subscription
from tests.support.jobs import run_jobs

GOOD_CARD = "4242424242424242"
POOR_CARD = "4000000000009995"  # insufficient funds; the third charge succeeds
EXPIRED_CARD = "4000000000000069"
SILENT_CARD = "4000009900000004"  # charged, and the answer is lost
GOOD_IBAN = "NL77SAND0000000001"  # paid after three bank days


def build_payers(
    seller: Seller, cards: Mapping[str, str], *, unit_price: str = "100.00", **terms: Any
) -> list[Account]:
    """Self-serve accounts by external id, each with a monthly service and, where a number is given, a saved method."""
    plan, seat = build_plan(seller), build_service(seller, unit_price=unit_price)
    accounts = []
    for external_id, number in cards.items():
        account = build_account(seller, external_id=external_id, billing_mode="self_serve", **terms)
        build_subscription(account, plan, seat, external_id=f"S-{external_id}")
        accounts.append(account)
        if number:
            save_method(account, number)
    return accounts


def save_method(account: Account, number: str) -> None:
    """A card or IBAN of the sandbox as the account's default method."""
    methods = [NewMethod(account.pk, number)]
    store_methods(account.seller, methods=methods, gateway_kind="sandbox", at=clock.now(), actor=ACTOR)


def bill(seller: Seller, *, target_on: date = MARCH, at: datetime = AT, **options: Any) -> BillRun:
    """Draft everything due, at an instant at which the clock then stands; the run waits for its review."""
    clock.set_clock(at)
    run = start_bill_run(seller, target_on=target_on, at=at, actor=ACTOR, **options)
    run_jobs()
    run.refresh_from_db()
    return run


def post(run: BillRun, *, at: datetime = AT) -> BillRun:
    """Post what a run drafted."""
    post_bill_run(run, at=at, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def bill_and_post(seller: Seller, *, target_on: date = MARCH, at: datetime = AT, **options: Any) -> BillRun:
    """Draft and post everything due; where nothing is, there is nothing to post."""
    return post_if_any(bill(seller, target_on=target_on, at=at, **options), at=at)


def post_if_any(run: BillRun, *, at: datetime = AT) -> BillRun:
    """Post what a run drafted, if it drafted anything."""
    return post(run, at=at) if run.status == "completed" and run.chunks.filter(status="drafted").exists() else run


def collect(seller: Seller, *, target_on: date = MARCH, at: datetime = AT, **options: Any) -> PaymentRun:
    """A payment run to its end, at an instant at which the clock then stands."""
    clock.set_clock(at)
    run = start_payment_run(seller, target_on=target_on, at=at, actor=ACTOR, **options)
    run_jobs()
    run.refresh_from_db()
    return run


def get_document(external_id: str) -> Document:
    """The only document of an account."""
    return Document.objects.get(account__external_id=external_id)


def tell_failures(run: PaymentRun) -> dict[str, FollowUp]:
    """The run's follow-up list by account."""
    return {row.account_external_id: row for row in list_failures(run_id=run.pk)}


def tell_skipped(run: PaymentRun) -> dict[str, str]:
    """Why the run left invoices out, by account."""
    return {row.account_external_id: row.reason_code for row in list_skipped(run.pk)}
