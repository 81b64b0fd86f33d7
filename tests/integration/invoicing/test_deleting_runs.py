"""Only canceled and failed runs are deleted, with their documents and without any effect; a line of it stays."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.errors import RunNotDeletable
from tallystick.invoicing.models import BillingClaim, BillRun, DeletedBillRun, Document, DocumentEvent, DocumentLine
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.delete_bill_run import delete_bill_run
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries.summary import get_run_summary
from tallystick.journeys.check_books import check_books
from tallystick.ledger.models import LedgerEntry
from tallystick.plumbing.statements import run_sql
from tallystick.sellers.models import Seller
from tests.support.builders import (
    ACTOR,
    AT,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_seller,
    build_service,
    build_subscription,
)
from tests.support.jobs import run_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Seller:
    seller = build_seller()
    build_subscription(build_account(seller), build_plan(seller), build_service(seller))
    return seller


def run(seller: Seller, *, target_on: date = MARCH) -> BillRun:
    started = start_bill_run(seller, target_on=target_on, at=AT, actor=ACTOR)
    run_jobs()
    return BillRun.objects.get(pk=started.pk)


def cancel(made: BillRun) -> BillRun:
    cancel_bill_run(made, reason="wrong date", at=AT, actor=ACTOR)
    run_jobs()
    return BillRun.objects.get(pk=made.pk)


@pytest.mark.rule("ZUO-12")
def test_a_canceled_run_goes_with_its_documents_and_leaves_a_line_of_who_and_why(seller: Seller) -> None:
    delete_bill_run(cancel(run(seller)), reason="a try", at=AT, actor=ACTOR)
    for gone in (BillRun, Document, DocumentLine, DocumentEvent, BillingClaim):
        assert not gone.objects.exists(), gone
    assert not LedgerEntry.objects.exists()
    trace = DeletedBillRun.objects.get()
    assert (trace.number, trace.status, trace.documents) == ("BR-000001", "canceled", 1)
    assert (trace.actor_label, trace.reason) == (ACTOR.label, "a try")
    again = run(seller)
    assert (again.number, Document.objects.get().gross_minor) == ("BR-000002", 121_00)
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-12")
def test_a_failed_run_can_be_deleted() -> None:
    seller = build_seller()
    later = build_service(seller, valid_from=date(2030, 1, 1))
    build_subscription(build_account(seller), build_plan(seller), later)
    delete_bill_run(run(seller), reason="no prices yet", at=AT, actor=ACTOR)
    assert DeletedBillRun.objects.get().status == "failed"


@pytest.mark.rule("ZUO-12")
def test_any_other_run_stays(seller: Seller) -> None:
    made = run(seller)
    with pytest.raises(RunNotDeletable, match="completed"):
        delete_bill_run(made, reason="a try", at=AT, actor=ACTOR)
    post_bill_run(made, at=AT, actor=ACTOR)
    with pytest.raises(RunNotDeletable, match="posting"):
        delete_bill_run(made, reason="a try", at=AT, actor=ACTOR)
    run_jobs()
    with pytest.raises(RunNotDeletable, match="posted"):
        delete_bill_run(made, reason="a try", at=AT, actor=ACTOR)


def test_a_reason_is_asked_for(seller: Seller) -> None:
    with pytest.raises(InvalidInput, match="why"):
        delete_bill_run(cancel(run(seller)), reason=" ", at=AT, actor=ACTOR)


@pytest.mark.parametrize(
    "table", ["document", "documentline", "documenttaxline", "documentevent", "billingclaim", "billrunevent"]
)
def test_the_database_lets_nothing_go_but_what_is_of_the_run_that_is_deleted(seller: Seller, table: str) -> None:
    canceled, kept = cancel(run(seller)), run(seller)
    post_bill_run(kept, at=AT, actor=ACTOR)
    run_jobs()
    assert canceled.pk
    for named in ("", str(kept.pk)):
        run_sql("SELECT set_config('tallystick.deletes_run', %s, true)", [named])
        with pytest.raises(DatabaseError, match=r"kept for ever|append-only|locked"), transaction.atomic():
            run_sql(f"DELETE FROM invoicing_{table}")


@pytest.mark.rule("ZUO-14")
def test_the_summary_counts_what_the_run_made(seller: Seller) -> None:
    account = build_account(seller, external_id="A-2")
    (free,) = build_subscription(account, seller.plans.get(), seller.services.get(), external_id="S-2")
    build_discount(free, value="100")
    made = run(seller)
    summary = get_run_summary(made.pk)
    assert summary._replace(drafting_duration=None, posting_duration=None)._asdict() == {
        "documents": 2,
        "posted_percent": 0,
        "invoices": 2,
        "credit_notes": 0,
        "zero_totals": 1,
        "accounts": 2,
        "drafting_duration": None,
        "posting_duration": None,
    }
    post_bill_run(made, at=AT, actor=ACTOR)
    run_jobs()
    assert get_run_summary(made.pk).posted_percent == 100
