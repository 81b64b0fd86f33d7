"""Stories of schedules: set the clock, make a schedule, advance, compare what was billed."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.errors import Conflict, InvalidInput
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.schedule import DAILY, LAST_DAY, MONTHLY, ONCE, DateRule, Recurrence
from tallystick.invoicing.errors import ScheduleInvalid, WrongScheduleState
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run
from tallystick.invoicing.operations.cancel_schedule import cancel_schedule
from tallystick.invoicing.operations.change_schedule import change_schedule
from tallystick.invoicing.operations.create_schedule import NewSchedule
from tallystick.invoicing.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.invoicing.queries.schedules import get_schedule_by_name, list_planned_runs
from tallystick.journeys.check_books import check_books
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
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
from tests.support.schedules import AT_SIX, advance_to, make_schedule, tell_runs

pytestmark = pytest.mark.django_db

EVERY_DAY = Recurrence(DAILY, MARCH)


def subscribe(seller: Seller, *anchors: int) -> list[Account]:
    """Accounts A-<day> whose monthly service of 100.00 begins on that day of March."""
    plan, seat = build_plan(seller), build_service(seller, unit_price="100.00")
    accounts = []
    for day in anchors:
        account = build_account(seller, external_id=f"A-{day:02d}", anchor_day=day)
        starts_on = MARCH.replace(day=day)
        build_subscription(account, plan, seat, external_id=f"S-{day}", starts_on=starts_on, anchor_day=day)
        accounts.append(account)
    return accounts


@pytest.fixture
def seller() -> Seller:
    clock.set_clock(AT)
    return build_seller()


@pytest.mark.rule("ZUO-1", "UNI-10")
def test_a_monthly_schedule_bills_each_month_once_under_a_number_of_its_own(seller: Seller) -> None:
    subscribe(seller, 1)
    make_schedule(seller)
    advance_to(date(2026, 6, 2))
    expected = [
        "BR-000001 01 Apr completed: A-01 242.00 of 01 Apr",  # March is still open, and April begins
        "BR-000002 01 May completed: A-01 121.00 of 01 May",
        "BR-000003 01 Jun completed: A-01 121.00 of 01 Jun",
        "BR-000004 01 Jul pending: nothing",
    ]
    assert tell_runs() == expected
    run_jobs()  # the jobs of those runs find nothing left to do
    advance_to(date(2026, 6, 2), hour=13)
    assert tell_runs() == expected
    assert list(check_books(actor=ACTOR)) == []


@pytest.mark.rule("ZUO-1")
def test_a_schedule_that_does_not_repeat_runs_once_and_is_finished(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller, Recurrence(ONCE, date(2026, 3, 9)))
    advance_to(date(2026, 5, 1))
    assert tell_runs() == ["BR-000001 09 Mar completed: A-01 121.00 of 09 Mar"]
    schedule.refresh_from_db()
    assert schedule.status == "finished"


@pytest.mark.rule("ZUO-2", "ZUO-3")
def test_runs_on_the_25th_bill_to_the_month_end_and_are_dated_the_first_of_the_next(seller: Seller) -> None:
    subscribe(seller, 28)
    make_schedule(
        seller,
        Recurrence(MONTHLY, MARCH, month_day=25),
        target=DateRule(month_day=LAST_DAY),
        invoice=DateRule(months=1, month_day=1),
    )
    advance_to(date(2026, 4, 26))
    assert [(run.target_on, run.invoice_on) for run in BillRun.objects.order_by("pk")[:2]] == [
        (date(2026, 3, 31), date(2026, 4, 1)),
        (date(2026, 4, 30), date(2026, 5, 1)),
    ]
    assert tell_runs()[0] == "BR-000001 25 Mar completed: A-28 121.00 of 01 Apr"


@pytest.mark.rule("ZUO-5")
def test_same_as_run_day_takes_the_accounts_of_the_day_and_at_a_month_end_all_later_ones(seller: Seller) -> None:
    subscribe(seller, 15, 28, 30, 31)
    make_schedule(seller, EVERY_DAY, takes_run_day_anchors=True)
    advance_to(date(2026, 5, 1), hour=3)
    billed = {line.split()[1] + " " + line.split()[2]: line.partition(": ")[2] for line in tell_runs()}
    assert {day: bills for day, bills in billed.items() if bills != "nothing"} == {
        "15 Mar": "A-15 121.00 of 15 Mar",
        "28 Mar": "A-28 121.00 of 28 Mar",
        "30 Mar": "A-30 121.00 of 30 Mar",
        "31 Mar": "A-31 121.00 of 31 Mar",
        "15 Apr": "A-15 121.00 of 15 Apr",
        "28 Apr": "A-28 121.00 of 28 Apr",
        "30 Apr": "A-30 121.00 of 30 Apr, A-31 121.00 of 30 Apr",
    }


@pytest.mark.rule("UNI-10")
def test_missed_days_are_caught_up_and_leave_the_same_as_days_that_were_not_missed() -> None:
    def rehearse(*, is_down: bool) -> list[str]:
        with transaction.atomic():
            clock.set_clock(AT)
            seller = build_seller()
            subscribe(seller, 1, 2, 3, 4, 5)
            make_schedule(seller, EVERY_DAY)
            for day in range(2, 7):
                clock.set_clock(AT.replace(day=day))
                if not is_down or day == 6:
                    work_off_due(at=clock.now(), actor=ACTOR)
                    run_jobs()
            told = tell_runs()
            transaction.set_rollback(True)
        return told

    daily = rehearse(is_down=False)
    assert daily == [
        "BR-000001 02 Mar completed: A-01 121.00 of 02 Mar, A-02 121.00 of 02 Mar",
        "BR-000002 03 Mar completed: A-03 121.00 of 03 Mar",
        "BR-000003 04 Mar completed: A-04 121.00 of 04 Mar",
        "BR-000004 05 Mar completed: A-05 121.00 of 05 Mar",
        "BR-000005 06 Mar completed: nothing",
        "BR-000006 07 Mar pending: nothing",
    ]
    assert rehearse(is_down=True) == daily


@pytest.mark.rule("UNI-10")
def test_looking_twice_at_one_minute_starts_nothing_twice(seller: Seller) -> None:
    subscribe(seller, 1)
    make_schedule(seller, EVERY_DAY)
    clock.set_clock(AT + timedelta(days=1))
    for _ in range(3):
        work_off_due(at=clock.now(), actor=ACTOR)
    assert run_jobs().count("bill_run.identify") == 1
    work_off_due(at=clock.now(), actor=ACTOR)
    assert tell_runs() == ["BR-000001 02 Mar completed: A-01 121.00 of 02 Mar", "BR-000002 03 Mar pending: nothing"]


@pytest.mark.rule("ZUO-11")
def test_canceling_one_occurrence_lets_the_schedule_go_on(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    april = BillRun.objects.get(schedule=schedule)
    cancel_bill_run(april, reason="holiday", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 5, 2))
    assert tell_runs() == [
        "BR-000001 01 Apr canceled: nothing",
        "BR-000002 01 May completed: A-01 363.00 of 01 May",
        "BR-000003 01 Jun pending: nothing",
    ]


@pytest.mark.rule("ZUO-11")
def test_canceling_a_completed_run_of_a_schedule_hits_that_run_only(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    advance_to(date(2026, 4, 2))
    cancel_bill_run(BillRun.objects.get(number="BR-000001"), reason="wrong price", at=clock.now(), actor=ACTOR)
    run_jobs()
    schedule.refresh_from_db()
    assert schedule.status == "active"
    assert tell_runs() == ["BR-000001 01 Apr canceled: nothing", "BR-000002 01 May pending: nothing"]


@pytest.mark.rule("ZUO-11")
def test_canceling_the_series_cancels_what_waits_and_leaves_what_was_billed(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    advance_to(date(2026, 4, 2))
    cancel_schedule(schedule, reason="sold the company", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 7, 2))
    assert tell_runs() == [
        "BR-000001 01 Apr completed: A-01 242.00 of 01 Apr",
        "BR-000002 01 May canceled: nothing",
    ]
    with pytest.raises(WrongScheduleState):
        pause_schedule(schedule, reason="again", at=clock.now(), actor=ACTOR)


def test_a_paused_schedule_goes_on_with_its_next_day_and_bills_what_fell_due_since(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    pause_schedule(schedule, reason="prices are checked", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 5, 10))
    assert tell_runs() == ["BR-000001 01 Apr paused: nothing"]
    resume_schedule(schedule, at=clock.now(), actor=ACTOR)
    assert tell_runs() == ["BR-000001 01 Jun pending: nothing"]
    advance_to(date(2026, 6, 2))
    assert tell_runs()[0] == "BR-000001 01 Jun completed: A-01 484.00 of 01 Jun"


def test_resuming_may_run_at_once_for_what_was_missed(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    pause_schedule(schedule, reason="prices are checked", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 5, 10))
    resume_schedule(schedule, runs_now=True, at=clock.now(), actor=ACTOR)
    run_jobs()
    assert tell_runs() == [
        "BR-000001 01 Jun pending: nothing",
        "BR-000002 now completed: A-01 363.00 of 10 May",
    ]


def test_resuming_a_schedule_that_has_no_day_left_cancels_its_run(seller: Seller) -> None:
    schedule = make_schedule(seller, Recurrence(ONCE, date(2026, 3, 9)))
    pause_schedule(schedule, reason="not yet", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 3, 10))
    schedule = resume_schedule(schedule, at=clock.now(), actor=ACTOR)
    assert (schedule.status, tell_runs()) == ("finished", ["BR-000001 09 Mar canceled: nothing"])


def test_an_occurrence_canceled_while_the_schedule_rests_leaves_it_at_rest(seller: Seller) -> None:
    schedule = make_schedule(seller)
    pause_schedule(schedule, reason="not yet", at=clock.now(), actor=ACTOR)
    cancel_bill_run(BillRun.objects.get(), reason="not at all", at=clock.now(), actor=ACTOR)
    assert tell_runs() == ["BR-000001 01 Apr canceled: nothing", "BR-000002 01 May paused: nothing"]


def test_the_next_dates_are_shown(seller: Seller) -> None:
    schedule = make_schedule(seller, invoice=DateRule(days=3))
    planned = [(each.run_on.isoformat(), each.invoice_on.isoformat()) for each in list_planned_runs(schedule, limit=2)]
    assert planned == [("2026-04-01", "2026-04-04"), ("2026-05-01", "2026-05-04")]


def test_a_schedule_that_would_never_run_is_refused(seller: Seller) -> None:
    with pytest.raises(ScheduleInvalid, match="lies ahead"):
        make_schedule(seller, Recurrence(ONCE, date(2026, 2, 1)))
    with pytest.raises(ScheduleInvalid, match="anchor"):
        make_schedule(seller, takes_run_day_anchors=True, filters=RunFilters(anchor_days=(1,)))


@pytest.mark.rule("ZUO-3")
def test_a_schedule_reaches_at_most_ten_years_ahead(seller: Seller) -> None:
    with pytest.raises(InvalidInput, match="ten years"):
        make_schedule(seller, target=DateRule(months=120, month_day=LAST_DAY))


def change(schedule: BillRunSchedule, recurrence: Recurrence, *, name: str = "monthly") -> BillRunSchedule:
    new = NewSchedule(name, recurrence, run_time=AT_SIX)
    return change_schedule(schedule, new=new, reason="agreed otherwise", at=clock.now(), actor=ACTOR)


@pytest.mark.rule("ZUO-1")
def test_a_changed_schedule_moves_its_waiting_run_and_leaves_the_runs_of_before(seller: Seller) -> None:
    subscribe(seller, 1)
    schedule = make_schedule(seller)
    advance_to(date(2026, 4, 2))
    change(schedule, Recurrence(MONTHLY, MARCH, month_day=15))
    assert tell_runs() == [
        "BR-000001 01 Apr completed: A-01 242.00 of 01 Apr",
        "BR-000002 15 Apr pending: nothing",
    ]
    advance_to(date(2026, 5, 2))
    assert tell_runs()[1:] == ["BR-000002 15 Apr completed: nothing", "BR-000003 15 May pending: nothing"]
    event = schedule.events.get(event="change")
    assert (event.to_status, event.reason) == ("active", "agreed otherwise")


@pytest.mark.rule("ZUO-1")
def test_no_day_that_a_run_stands_for_comes_again(seller: Seller) -> None:
    schedule = make_schedule(seller, EVERY_DAY)
    advance_to(date(2026, 3, 3))  # at noon; today's has run
    change(schedule, EVERY_DAY)
    assert [line.split(": ")[0] for line in tell_runs()][-1] == "BR-000003 04 Mar pending"


def test_a_paused_schedule_stays_paused_when_it_is_changed_and_a_canceled_one_is_not_changed(seller: Seller) -> None:
    schedule = make_schedule(seller)
    pause_schedule(schedule, reason="holiday", at=clock.now(), actor=ACTOR)
    assert change(schedule, EVERY_DAY).status == "paused"
    assert tell_runs()[-1].split(": ")[0].endswith("paused")
    cancel_schedule(schedule, reason="sold", at=clock.now(), actor=ACTOR)
    with pytest.raises(WrongScheduleState):
        change(schedule, EVERY_DAY)


def test_the_name_of_a_canceled_schedule_is_free_again(seller: Seller) -> None:
    first = make_schedule(seller)
    cancel_schedule(first, reason="a slip", at=clock.now(), actor=ACTOR)
    second = make_schedule(seller)
    assert get_schedule_by_name("monthly") == second
    with pytest.raises(Conflict, match="already"):
        make_schedule(seller)
    other = make_schedule(seller, name="other")
    with pytest.raises(Conflict, match="already"):
        change(other, EVERY_DAY, name="monthly")
