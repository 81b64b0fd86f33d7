"""What a payment run takes that waits for a posting: its bill run's invoices, and what runs before left open."""

from datetime import UTC, date, datetime, time

import pytest

from tallystick.accounts.models import Account
from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.errors import PaymentScheduleInvalid
from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.change_schedule import ScheduleChange, change_schedule
from tallystick.collection.queries.schedules import describe_choices
from tallystick.invoicing.core.schedule import DAILY, Recurrence
from tallystick.invoicing.models import BillRun
from tallystick.journeys.check_books import check_books
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.schedules import advance_to, make_payment_schedule, make_schedule
from tests.support.stories import (
    EXPIRED_CARD,
    GOOD_CARD,
    POOR_CARD,
    bill_and_post,
    build_payers,
    collect,
    post,
    save_method,
)

ONLY = CollectOptions(only_bill_run=True)
PAYERS = {"A-1": POOR_CARD, "A-2": EXPIRED_CARD, "A-3": "", "A-4": EXPIRED_CARD, "A-5": GOOD_CARD}


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def tell_taken(number: str) -> list[str]:
    """The invoices of a run: whose, of which month, and what became of it."""
    items = PaymentRun.objects.get(number=number).items.order_by("account__external_id", "document__due_on")
    return [f"{item.account.external_id} {item.document.invoice_on:%b} {item.status}" for item in items]


@pytest.mark.rule("ZUO-35", "ZUO-43")
def test_a_run_after_a_posting_takes_over_what_failed_before_once_its_time_has_come(seller: Seller) -> None:
    build_payers(seller, PAYERS)
    bill_and_post(seller)
    collect(seller)  # PR-000001: only A-5 pays
    billing = make_schedule(seller)  # first on 1 April at six
    make_payment_schedule(seller, None, name="narrow", after=AfterPosting(3, None, billing.pk), options=ONLY)
    make_payment_schedule(seller, None, name="usual", after=AfterPosting(4, None, billing.pk))
    for external_id in ("A-3", "A-4"):  # saved at last, and replaced
        save_method(Account.objects.get(external_id=external_id), GOOD_CARD)
    advance_to(date(2026, 4, 1), hour=6)
    post(BillRun.objects.get(number="BR-000002"), at=datetime(2026, 4, 1, 6, 0, tzinfo=UTC))
    advance_to(date(2026, 4, 1))
    narrow, usual = (PaymentRun.objects.get(number=number) for number in ("PR-000002", "PR-000003"))
    assert describe_choices(narrow) == "all accounts; only invoices of BR-000002"
    assert tell_taken("PR-000002") == [
        "A-1 Apr failed",
        "A-2 Apr skipped",
        "A-3 Apr collected",
        "A-4 Apr collected",
        "A-5 Apr collected",
    ]
    assert describe_choices(usual) == "all accounts; invoices of BR-000002, and earlier ones that may be tried again"
    # of April all is taken that is open; of March what A-2 owes is not: its card was refused for good
    assert tell_taken("PR-000003") == [
        "A-1 Mar collected",
        "A-1 Apr skipped",
        "A-2 Apr skipped",
        "A-3 Mar collected",
        "A-4 Mar collected",
    ]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-36")
def test_earlier_ones_are_of_the_accounts_in_its_filters(seller: Seller) -> None:
    build_payers(seller, {"A-1": "", "A-2": ""})
    bill_and_post(seller)
    collect(seller)
    billing = make_schedule(seller)
    after, only_one = AfterPosting(3, None, billing.pk), CollectionFilters(account_external_ids=("A-1",))
    make_payment_schedule(seller, None, after=after, filters=only_one)
    for external_id in ("A-1", "A-2"):
        save_method(Account.objects.get(external_id=external_id), GOOD_CARD)
    advance_to(date(2026, 4, 1), hour=6)
    post(BillRun.objects.get(number="BR-000002"), at=datetime(2026, 4, 1, 6, 0, tzinfo=UTC))
    advance_to(date(2026, 4, 1))
    assert tell_taken("PR-000002") == ["A-1 Mar collected", "A-1 Apr collected"]


@pytest.mark.django_db
def test_the_choice_is_told_and_changed_and_belongs_to_postings() -> None:
    clock.set_clock(AT)
    seller = build_seller()
    billing = make_schedule(seller)
    schedule = make_payment_schedule(seller, None, after=AfterPosting(3, None, billing.pk))
    run = schedule.runs.get()
    assert describe_choices(schedule) == "all accounts; invoices of each run, and earlier ones that may be tried again"
    change = ScheduleChange(options=ONLY)
    schedule = change_schedule(schedule, change=change, reason="one by one", at=AT, actor=ACTOR)
    run.refresh_from_db()
    assert describe_choices(schedule) == "all accounts; only invoices of each run"
    assert describe_choices(run) == "all accounts; only invoices of BR-000001"
    assert schedule.events.last().reason == "one by one (only invoices of each run)"  # type: ignore[union-attr]

    days = Recurrence(DAILY, MARCH)
    with pytest.raises(PaymentScheduleInvalid, match="a run on days names a bill run"):
        make_payment_schedule(seller, days, name="mornings", run_time=time(11), options=ONLY)
    named = make_payment_schedule(seller, days, name="mornings", bill_run=BillRun.objects.get())
    assert describe_choices(named) == "all accounts; only invoices of BR-000001"
