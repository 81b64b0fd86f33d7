"""Posting on real PostgreSQL: credit applied, holds, locked documents, failing documents, overlapping runs."""

import threading
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction

from tallystick.accounts.models import Account
from tallystick.credit.models import Hold
from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.invoicing.models import BillingClaim, BillRun, BillRunAccount, Document, DocumentLine
from tallystick.invoicing.operations.add_credit_source import add_credit_sources
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.draft_chunk import draft_chunk
from tallystick.invoicing.operations.identify_population import identify_population
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.settle_accounts import settle_accounts
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.ledger.queries.balances import find_balance
from tallystick.payments.operations.record_payments import NewPayment, record_payments
from tallystick.sellers.models import NumberSeries, Seller
from tallystick.sellers.operations.take_numbers import DateOrderBroken
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
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs

APRIL = date(2026, 4, 1)


def company(*, accounts: int = 1, **terms: Any) -> Seller:
    """A seller with accounts that each pay 100.00 and VAT of 21.00 a month from March on."""
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    for number in range(1, accounts + 1):
        account = build_account(seller, external_id=f"A-{number}", **terms)
        build_subscription(account, plan, seat, external_id=f"S-{number}")
    return seller


def draft(seller: Seller, *, target_on: date = MARCH) -> BillRun:
    run = start_bill_run(seller, target_on=target_on, invoice_on=target_on, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def post(run: BillRun) -> BillRun:
    post_bill_run(run, at=AT, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def give_credit(account: Account, amount_minor: int) -> None:
    with transaction.atomic():
        add_credit_sources(
            record_payments([NewPayment(account.pk, amount_minor, "EUR", None, "", "advance")], on=MARCH, at=AT)
        )


@pytest.mark.django_db
@pytest.mark.rule("UNI-9")
def test_customer_credit_is_applied_at_posting_and_the_rest_stays_open() -> None:
    seller = company()
    account = seller.accounts.get()
    give_credit(account, 30_00)
    document = post(draft(seller)).documents.get()
    assert (document.settled_minor, document.open_minor) == (30_00, 91_00)
    assert document.allocations.get().amount_minor == 30_00
    balance = find_balance(account.pk)
    assert (balance.receivable_minor, balance.customer_credit_minor) == (91_00, 0)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
@pytest.mark.rule("UNI-9")
def test_credit_pays_an_older_open_invoice_before_the_one_being_posted() -> None:
    seller = company()
    account = seller.accounts.get()
    post(draft(seller))
    give_credit(account, 150_00)
    post(draft(seller, target_on=APRIL))
    opened = list(Document.objects.order_by("invoice_on").values_list("settled_minor", flat=True))
    assert opened == [121_00, 29_00]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
def test_held_credit_is_left_for_its_draft_when_others_are_settled_and_taken_by_it_at_posting() -> None:
    seller = company()
    account = seller.accounts.get()
    post(draft(seller))
    run = draft(seller, target_on=APRIL)
    holder = run.documents.get()
    give_credit(account, 150_00)
    place_holds([NewHold(account.pk, f"document:{holder.pk}", "credit", 121_00)], at=AT)
    received = settle_accounts([account.pk], on=MARCH, at=AT)
    assert sum(received.values()) == 29_00
    post(run)
    assert list(Document.objects.order_by("invoice_on").values_list("settled_minor", flat=True)) == [29_00, 121_00]
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
def test_posting_one_draft_leaves_what_is_held_for_another() -> None:
    seller = company()
    account = seller.accounts.get()
    give_credit(account, 150_00)
    run = draft(seller)
    place_holds([NewHold(account.pk, "document:0", "credit", 100_00)], at=AT)
    assert post(run).documents.get().settled_minor == 50_00


@pytest.mark.django_db
def test_a_draft_holds_room_under_the_limit_until_it_is_posted_or_canceled() -> None:
    seller = company(receivable_limit_minor=500_00)
    run = draft(seller)
    hold = Hold.objects.get()
    assert (hold.kind, hold.amount_minor, hold.released_at) == ("room", 121_00, None)
    cancel_bill_run(run, reason="again", at=AT, actor=ACTOR)
    run_jobs()
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    post(draft(seller))
    assert Hold.objects.count() == 2 and not Hold.objects.filter(released_at__isnull=True).exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoicing_document SET gross_minor = 1, net_minor = 1, tax_minor = 0",
        "UPDATE invoicing_document SET due_on = due_on + 1",
        "UPDATE invoicing_document SET number = 'X-1'",
        "UPDATE invoicing_document SET status = 'draft', number = NULL, sequence_number = NULL",
        "DELETE FROM invoicing_document",
        "UPDATE invoicing_documentline SET net_minor = 1",
        "DELETE FROM invoicing_documenttaxline",
        "INSERT INTO invoicing_documentline (document_id, position, kind, description, period_start_on, period_end_on,"
        " quantity, unit_price, part_days, full_days, percent, percent_of_minor, net_minor, treatment, tax_rate,"
        " revenue_code, subscription_service_id)"
        " SELECT document_id, 99, kind, description, period_start_on, period_end_on,"
        " quantity, unit_price, part_days, full_days, percent, percent_of_minor, net_minor, treatment, tax_rate,"
        " revenue_code, subscription_service_id FROM invoicing_documentline",
        "DELETE FROM invoicing_billingclaim",
        "UPDATE invoicing_documentevent SET reason = 'rewritten'",
    ],
)
@pytest.mark.rule("UNI-4", "DEM-26")
def test_the_database_refuses_to_change_what_is_posted(statement: str) -> None:
    post(draft(company()))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match=r"locked|kept|append-only|no more lines"), transaction.atomic():
            cursor.execute(statement)


@pytest.mark.django_db
def test_the_database_refuses_to_bill_a_period_twice() -> None:
    document = draft(company()).documents.get()
    claim = BillingClaim.objects.get(document=document)
    with pytest.raises(IntegrityError, match="service_period_billed_once"), transaction.atomic():
        BillingClaim.objects.create(
            document=document,
            subscription_service_id=claim.subscription_service_id,
            kind=claim.kind,
            start_on=claim.start_on,
            end_on=claim.end_on,
        )


@pytest.mark.django_db
@pytest.mark.rule("ZUO-10")
def test_one_document_that_can_not_be_posted_keeps_only_itself_back() -> None:
    seller = company(accounts=3)
    run = draft(seller)
    broken = run.documents.get(account__external_id="A-2")
    DocumentLine.objects.filter(document=broken).update(net_minor=99_00)  # no longer what the totals say
    run = post(run)
    assert run.status == "completed"
    assert list(run.documents.filter(status="posted").order_by("number").values_list("number", flat=True)) == [
        "ACME-INV-000001",
        "ACME-INV-000002",
    ]
    failed = BillRunAccount.objects.get(run=run, status="failed")
    assert failed.account.external_id == "A-2" and "do not sum" in failed.reason
    DocumentLine.objects.filter(document=broken).update(net_minor=100_00)
    run = post(run)
    assert run.status == "posted"
    broken.refresh_from_db()
    assert broken.number == "ACME-INV-000003"
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.django_db
def test_a_series_in_date_order_refuses_an_older_date_and_names_the_earliest() -> None:
    seller = company()
    NumberSeries.objects.update(is_in_date_order=True)
    post(draft(seller, target_on=APRIL))
    build_subscription(build_account(seller, external_id="A-9"), seller.plans.get(), seller.services.get())
    run = draft(seller, target_on=MARCH)
    with pytest.raises(DateOrderBroken, match="2026-04-01"), transaction.atomic():
        post_bill_run(run, at=AT, actor=ACTOR)
    run.refresh_from_db()
    assert run.status == "completed"


@pytest.mark.rule("ZUO-9")
def test_two_runs_that_overlap_at_the_same_moment_bill_each_period_once(fresh_database: FreshDatabase) -> None:
    seller = company(accounts=20)
    runs = [start_bill_run(seller, target_on=MARCH, at=AT, actor=ACTOR) for _ in range(2)]
    for run in runs:
        identify_population(run.pk, at=AT, actor=ACTOR)
    barrier = threading.Barrier(2)
    errors: list[BaseException] = []

    def work(run_id: int) -> None:
        try:
            barrier.wait()
            draft_chunk(run_id, position=1, at=AT, actor=ACTOR)
        except BaseException as error:  # noqa: BLE001  (shown by the assertion below)
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(run.pk,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert Document.objects.filter(status="draft").count() == 20
    assert BillRunAccount.objects.filter(status="nothing_due").count() == 20
    assert list(check_books(actor=ACTOR)) == []
