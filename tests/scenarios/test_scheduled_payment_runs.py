"""Stories of payment runs that are made by themselves: a schedule, the clock that moves, and what was collected."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.errors import (
    BillRunWontBePosted,
    ChoiceInvalid,
    PaymentRunHasBegun,
    PaymentRunNotDeletable,
    PaymentScheduleInvalid,
    StartHasPassed,
    WrongPaymentScheduleState,
)
from tallystick.collection.models import DeletedPaymentRun, PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.change_payment_run import RunChange, change_payment_run
from tallystick.collection.operations.create_schedule import NewPaymentSchedule, create_schedule
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.queries.schedules import describe_timing, list_planned_runs
from tallystick.collection.queries.timing import find_schedule_too_early, find_too_early
from tallystick.errors import InvalidInput, Refusal
from tallystick.invoicing.core.schedule import DAILY, ONCE, Recurrence
from tallystick.invoicing.errors import RunIsHeld
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.delete_bill_run import delete_bill_run
from tallystick.journeys.check_books import check_books
from tallystick.journeys.work_off_due import work_off_due
from tallystick.payments.models import PaymentAttempt
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs
from tests.support.schedules import advance_to, make_schedule
from tests.support.stories import GOOD_CARD, bill, bill_and_post, build_payers, collect, get_document, post

EVERY_DAY = Recurrence(DAILY, MARCH)
ELEVEN = time(11, 0)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def schedule_runs(seller: Seller, *, at: datetime = AT, name: str = "mornings", **new: Any) -> PaymentRunSchedule:
    return create_schedule(seller, new=NewPaymentSchedule(name, **{"run_time": ELEVEN, **new}), at=at, actor=ACTOR)


def tell() -> list[str]:
    """Every payment run in a line: number, when it began or begins (UTC), state, how many invoices."""
    return [_tell(run) for run in PaymentRun.objects.select_related("bill_run").order_by("pk")]


def _tell(run: PaymentRun) -> str:
    if run.starts_at is None:
        return f"{run.number} waits for {run.bill_run} {run.status}"
    return f"{run.number} {run.starts_at.astimezone(UTC):%d %b %H:%M} {run.status}: {run.items.count()}"


@pytest.mark.rule("ZUO-37", "UNI-10")
def test_a_daily_schedule_collects_at_a_full_hour_where_the_seller_is(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    schedule = schedule_runs(seller, recurrence=EVERY_DAY, run_time=time(11, 45))  # minutes are ignored
    assert tell() == ["PR-000001 01 Mar 10:00 pending: 0"]  # eleven in Amsterdam
    assert get_document("A-1").open_minor > 0
    advance_to(date(2026, 3, 3))
    assert tell() == [
        "PR-000001 01 Mar 10:00 completed: 1",
        "PR-000002 02 Mar 10:00 completed: 0",
        "PR-000003 03 Mar 10:00 completed: 0",
        "PR-000004 04 Mar 10:00 pending: 0",
    ]
    assert get_document("A-1").open_minor == 0
    run_jobs()  # the jobs of those runs find nothing left to do
    assert PaymentAttempt.objects.count() == 1
    assert describe_timing(schedule) == "every day, at 11:00"
    assert [str(each.run_on) for each in list_planned_runs(schedule, limit=2)] == ["2026-03-04", "2026-03-05"]
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-49")
def test_a_run_waits_for_its_bill_run_however_long_the_review_takes(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    billed = bill(seller)
    schedule = schedule_runs(seller, after=AfterPosting(3, bill_run_id=billed.pk))
    assert describe_timing(schedule) == "3 hours after BR-000001 is posted"
    advance_to(date(2026, 3, 6))
    assert tell() == ["PR-000001 waits for BR-000001 pending"]  # nobody has posted it yet

    post(billed, at=clock.now())  # at noon
    advance_to(date(2026, 3, 6), hour=14)
    assert tell() == ["PR-000001 06 Mar 15:00 pending: 0"]
    advance_to(date(2026, 3, 6), hour=15)
    assert tell() == ["PR-000001 06 Mar 15:00 completed: 1"]
    assert get_document("A-1").open_minor == 0
    schedule.refresh_from_db()
    assert schedule.status == "finished"


@pytest.mark.rule("ZUO-49", "ZUO-45")
def test_each_run_of_a_bill_run_schedule_is_collected_after_its_posting(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    billing = make_schedule(seller)  # on the first of each month at six; the first that lies ahead is 1 April
    schedule_runs(seller, after=AfterPosting(3, bill_run_schedule_id=billing.pk), name="after billing")
    assert tell() == ["PR-000001 waits for BR-000001 pending"]
    advance_to(date(2026, 4, 1), hour=6)
    post(BillRun.objects.get(number="BR-000001"), at=datetime(2026, 4, 1, 6, 0, tzinfo=UTC))
    advance_to(date(2026, 4, 1), hour=10)
    assert tell() == ["PR-000001 01 Apr 09:00 completed: 1", "PR-000002 waits for BR-000002 pending"]

    cancel_bill_run(BillRun.objects.get(number="BR-000002"), reason="prices change", at=clock.now(), actor=ACTOR)
    work_off_due(at=clock.now(), actor=ACTOR)
    assert tell()[1:] == ["PR-000002 waits for BR-000002 canceled", "PR-000003 waits for BR-000003 pending"]
    assert "BR-000002 was not posted" in PaymentRun.objects.get(number="PR-000002").reason


@pytest.mark.rule("ZUO-41")
def test_one_occurrence_is_changed_or_canceled_and_the_series_goes_on_until_it_is_ended(seller: Seller) -> None:
    schedule = schedule_runs(seller, recurrence=EVERY_DAY)
    first = schedule.runs.get()
    later = datetime(2026, 3, 2, 14, 40, tzinfo=UTC)
    first = change_payment_run(first, change=RunChange(starts_at=later), at=AT, actor=ACTOR)
    assert (first.run_on, first.target_on) == (date(2026, 3, 2), date(2026, 3, 2))
    assert tell() == ["PR-000001 02 Mar 14:00 pending: 0"]
    cancel_payment_run(first, reason="a holiday", at=AT, actor=ACTOR)
    assert tell() == ["PR-000001 02 Mar 14:00 canceled: 0", "PR-000002 02 Mar 10:00 pending: 0"]
    cancel_schedule(schedule, reason="the bank collects now", at=AT, actor=ACTOR)
    assert tell()[1] == "PR-000002 02 Mar 10:00 canceled: 0"
    advance_to(date(2026, 3, 5))
    assert PaymentRun.objects.count() == 2
    with pytest.raises(WrongPaymentScheduleState):
        cancel_schedule(schedule, reason="again", at=AT, actor=ACTOR)


@pytest.mark.rule("ZUO-41")
def test_only_a_run_that_waits_is_changed_and_only_one_that_is_canceled_is_deleted(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    done = collect(seller)
    waiting = schedule_runs(seller, recurrence=EVERY_DAY).runs.get()
    with pytest.raises(PaymentRunHasBegun, match="PR-000001 is completed"):
        change_payment_run(done, change=RunChange(), at=AT, actor=ACTOR)
    with pytest.raises(StartHasPassed):
        change_payment_run(waiting, change=RunChange(starts_at=AT), at=AT, actor=ACTOR)
    for run in (done, waiting):
        with pytest.raises(PaymentRunNotDeletable):
            delete_payment_run(run, reason="no", at=AT, actor=ACTOR)
    canceled = cancel_payment_run(waiting, reason="a try", at=AT, actor=ACTOR)
    with pytest.raises(InvalidInput):
        delete_payment_run(canceled, reason=" ", at=AT, actor=ACTOR)
    delete_payment_run(canceled, reason="it was a try", at=AT, actor=ACTOR)
    trace = DeletedPaymentRun.objects.get()
    assert (trace.number, trace.status, trace.reason) == ("PR-000002", "canceled", "it was a try")
    assert collect(seller, at=AT).number == "PR-000004"  # the number of the deleted run is not given again


@pytest.mark.rule("ZUO-41")
def test_a_bill_run_that_a_payment_run_waited_for_is_deleted_after_it(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    billed = bill(seller)
    cancel_bill_run(billed, reason="wrong prices", at=AT, actor=ACTOR)
    run_jobs()
    with pytest.raises(BillRunWontBePosted):
        schedule_runs(seller, after=AfterPosting(3, bill_run_id=billed.pk))
    other = bill(seller)
    schedule_runs(seller, after=AfterPosting(3, bill_run_id=other.pk))
    cancel_bill_run(other, reason="wrong prices", at=AT, actor=ACTOR)
    run_jobs()
    with pytest.raises(RunIsHeld, match="names bill run BR-000002"):
        delete_bill_run(other, reason="a try", at=AT, actor=ACTOR)
    delete_bill_run(billed, reason="a try", at=AT, actor=ACTOR)
    assert not BillRun.objects.filter(number="BR-000001").exists()


@pytest.mark.rule("ZUO-49")
def test_one_that_begins_before_the_posting_is_warned_of_with_both_times_and_an_offer(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    billed = bill(seller)  # drafted at 07:00 UTC, eight in Amsterdam; nobody has ever reviewed a run here: eight hours
    schedule = schedule_runs(seller, recurrence=Recurrence(ONCE, MARCH))
    warning = find_schedule_too_early(schedule, at=AT)
    assert warning is not None
    assert (warning.bill_run, warning.offered_hours) == ("BR-000001", 3)
    assert (warning.starts_at, warning.ready_at) == (datetime(2026, 3, 1, 10, tzinfo=UTC), AT.replace(hour=AT.hour + 8))
    assert "begins on 2026-03-01 at 11:00, but bill run BR-000001 is likely to be completed" in warning.words
    assert "Run it 3 hours after BR-000001 is posted instead." in warning.words

    tomorrow = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert find_too_early(seller, starts_at=tomorrow, at=AT) is None
    post(billed)
    assert find_schedule_too_early(schedule, at=AT) is None


@pytest.mark.rule("ZUO-49")
@pytest.mark.parametrize(
    ("auto_posts", "ready"),
    [(False, "2026-04-01 14:01"), (True, "2026-04-01 06:01")],  # a second later is never told as the same time
)
def test_a_series_that_begins_before_the_posting_is_offered_each_run_of_the_bill_run_schedule(
    seller: Seller, auto_posts: bool, ready: str
) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)  # reviewed in no time, by a clock that stands still: that is no habit
    billing = make_schedule(seller)  # first on 1 April at six
    BillRun.objects.filter(schedule=billing).update(auto_posts=auto_posts)
    first_of_month = Recurrence("monthly", date(2026, 4, 1), month_day=1)
    schedule = schedule_runs(seller, recurrence=first_of_month, run_time=time(6, 0))
    warning = find_schedule_too_early(schedule, at=AT)
    assert warning is not None
    assert (warning.bill_run, warning.bill_run_schedule_id) == ("BR-000002", billing.pk)
    assert "begins on 2026-04-01 at 06:00, but bill run BR-000002 is likely" in warning.words
    assert f"posted only by {ready}: what is not" in warning.words
    assert "Run it 3 hours after each run of monthly is posted instead." in warning.words


@pytest.mark.rule("ZUO-36", "ZUO-38", "ZUO-39")
def test_credits_only_charges_nobody_and_joined_payments_are_one_an_account(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller, target_on=MARCH, invoice_on=date(2026, 2, 20))
    bill_and_post(seller, target_on=date(2026, 4, 1), invoice_on=date(2026, 2, 10))
    only = collect(seller, options=CollectOptions(charges_methods=False))
    assert [item.reason_code for item in only.items.all()] == ["credits_only", "credits_only"]
    assert PaymentAttempt.objects.count() == 0

    joined = collect(seller, options=CollectOptions(joins_payments=True))
    attempt = PaymentAttempt.objects.get()
    assert (attempt.amount_minor, attempt.purposes.count()) == (242_00, 2)
    assert {item.status for item in joined.items.all()} == {"collected"}
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-36")
def test_currency_and_gateway_narrow_what_is_taken_and_what_there_is_not_is_refused(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD, "A-2": ""})
    bill_and_post(seller)
    assert collect(seller, filters=CollectionFilters(currencies=("EUR",))).items.count() == 2
    run = collect(seller, filters=CollectionFilters(gateways=("sandbox",)))
    assert run.items.count() == 0  # A-1 is paid, and A-2 has no method
    with pytest.raises(InvalidInput, match="There is no account in USD"):
        collect(seller, filters=CollectionFilters(currencies=("USD",)))
    with pytest.raises(InvalidInput, match="There is no gateway stripe"):
        collect(seller, filters=CollectionFilters(gateways=("stripe",)))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ({}, "give days, or what it waits for"),
        ({"recurrence": Recurrence(ONCE, date(2026, 2, 1))}, "no day on which it would run lies ahead"),
        ({"recurrence": EVERY_DAY, "target_days": 3}, "must be 0 while credits are applied"),
        ({"after": AfterPosting(3)}, "names a bill run or a schedule of bill runs"),
        ({"after": AfterPosting(721, bill_run_id=1)}, "from 0 to 720 hours"),
        ({"after": AfterPosting(3, bill_run_schedule_id=1)}, "there is no such schedule of bill runs"),
        ({"recurrence": EVERY_DAY, "options": CollectOptions(False, False)}, "does nothing"),
    ],
)
@pytest.mark.django_db
def test_what_can_not_be_is_refused(new: dict[str, Any], told: str) -> None:
    refusals: tuple[type[Refusal], ...] = (PaymentScheduleInvalid, ChoiceInvalid)
    with pytest.raises(refusals, match=told):
        schedule_runs(build_seller(), **new)
