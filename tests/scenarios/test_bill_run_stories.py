"""Stories of single runs: bill ahead, take back, bill again, post what can be posted."""

from datetime import date

import pytest

from tallystick.invoicing.errors import RunHasPostedDocuments
from tallystick.invoicing.models import BillRun, Document
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.post_bill_run import post_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service, build_subscription
from tests.support.jobs import run_jobs
from tests.support.schedules import tell_runs
from tests.support.stories import bill, post

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)


@pytest.fixture
def seller() -> Seller:
    """Two accounts whose month of 100.00 begins in April; it is 1 March."""
    clock.set_clock(AT)
    seller = build_seller()
    plan, seat = build_plan(seller), build_service(seller)
    for external_id in ("A-1", "A-2"):
        account = build_account(seller, external_id=external_id)
        build_subscription(account, plan, seat, external_id=f"S-{external_id}", starts_on=APRIL)
    return seller


@pytest.mark.rule("ZUO-2", "ZUO-3")
def test_april_is_billed_on_1_march_and_dated_so_and_a_second_run_finds_nothing(seller: Seller) -> None:
    bill(seller, target_on=date(2026, 4, 30))
    bill(seller, target_on=date(2026, 4, 30))
    assert tell_runs() == [
        "BR-000001 now completed: A-1 121.00 of 01 Mar, A-2 121.00 of 01 Mar",
        "BR-000002 now completed: nothing",
    ]


@pytest.mark.rule("ZUO-10", "ZUO-11")
def test_a_run_with_a_posted_invoice_stays_and_one_without_is_taken_back_and_billed_again(seller: Seller) -> None:
    first = bill(seller, target_on=APRIL)
    cancel_bill_run(first, reason="wrong price", at=AT, actor=ACTOR)
    run_jobs()
    second = bill(seller, target_on=APRIL)
    Document.objects.filter(run=second, account__external_id="A-2").update(net_minor=1, gross_minor=21_01)
    assert post(second).status == "completed", "one of its invoices does not add up and is left out"
    with pytest.raises(RunHasPostedDocuments):
        cancel_bill_run(second, reason="after all", at=AT, actor=ACTOR)
    Document.objects.filter(run=second, account__external_id="A-2").update(net_minor=100_00, gross_minor=121_00)
    post_bill_run(BillRun.objects.get(pk=second.pk), at=AT, actor=ACTOR)
    run_jobs()
    assert tell_runs() == [
        "BR-000001 now canceled: nothing",
        "BR-000002 now posted: A-1 121.00 of 01 Mar, A-2 121.00 of 01 Mar",
    ]
    assert list(check_books(actor=ACTOR)) == []
