"""Stories of payment run schedules that rest for a while and go on."""

from datetime import UTC, date, datetime

import pytest

from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.errors import WrongPaymentScheduleState
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.cancel_payment_run import cancel_payment_run
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.pause_schedule import pause_schedule, resume_schedule
from tallystick.collection.queries.schedules import find_next_run_start, list_schedule_events
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.schedule import DAILY, ONCE, Recurrence
from tallystick.invoicing.models import BillRun
from tallystick.plumbing import clock
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.schedules import advance_to, make_payment_schedule
from tests.support.stories import GOOD_CARD, bill, bill_and_post, build_payers, get_document, post

EVERY_DAY = Recurrence(DAILY, MARCH)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def pause(schedule: PaymentRunSchedule) -> PaymentRunSchedule:
    return pause_schedule(schedule, reason="the gateway is being changed", at=clock.now(), actor=ACTOR)


def resume(schedule: PaymentRunSchedule) -> PaymentRunSchedule:
    return resume_schedule(schedule, at=clock.now(), actor=ACTOR)


def tell() -> list[str]:
    """Every payment run in a line: number, day, when it begins (UTC), due dates, state."""
    return [
        f"{run.number} {run.starts_at.astimezone(UTC):%d %b %H:%M} due {run.target_on:%d %b} {run.status}"
        for run in PaymentRun.objects.order_by("pk")
        if run.starts_at is not None
    ]


@pytest.mark.rule("ZUO-41")
def test_nothing_begins_while_a_schedule_is_paused_and_its_next_day_takes_what_fell_due(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_and_post(seller)
    schedule = pause(make_payment_schedule(seller, EVERY_DAY))
    assert find_next_run_start() is None
    advance_to(date(2026, 3, 4))
    assert tell() == ["PR-000001 01 Mar 10:00 due 01 Mar pending"]
    assert get_document("A-1").open_minor > 0

    assert resume(schedule).status == "active"
    assert tell() == ["PR-000001 05 Mar 10:00 due 05 Mar pending"]  # eleven of the 4th has passed
    advance_to(date(2026, 3, 5))
    assert tell() == ["PR-000001 05 Mar 10:00 due 05 Mar completed", "PR-000002 06 Mar 10:00 due 06 Mar pending"]
    assert get_document("A-1").open_minor == 0
    assert [event.event for event in list_schedule_events(schedule.pk)] == ["create", "pause", "resume"]


@pytest.mark.rule("ZUO-41")
def test_resumed_before_its_run_was_missed_nothing_moves(seller: Seller) -> None:
    schedule = pause(make_payment_schedule(seller, Recurrence(DAILY, date(2026, 3, 10))))
    before = tell()
    resume(schedule)
    assert tell() == before == ["PR-000001 10 Mar 10:00 due 10 Mar pending"]


@pytest.mark.rule("ZUO-41")
def test_a_schedule_whose_only_day_passed_while_it_was_paused_is_finished(seller: Seller) -> None:
    schedule = pause(make_payment_schedule(seller, Recurrence(ONCE, MARCH)))
    advance_to(date(2026, 3, 2))
    assert resume(schedule).status == "finished"
    assert tell() == ["PR-000001 01 Mar 10:00 due 01 Mar canceled"]


@pytest.mark.rule("ZUO-41")
def test_an_occurrence_that_is_canceled_during_the_pause_leaves_the_next_to_the_resumed_schedule(
    seller: Seller,
) -> None:
    schedule = pause(make_payment_schedule(seller, EVERY_DAY))
    run = schedule.runs.get()
    cancel_payment_run(run, reason="not this one", at=clock.now(), actor=ACTOR)
    advance_to(date(2026, 3, 3))
    assert resume(schedule).status == "active"
    assert tell()[-1] == "PR-000002 04 Mar 10:00 due 04 Mar pending"


@pytest.mark.rule("ZUO-49")
def test_a_run_that_waits_for_a_posting_keeps_its_bill_run_through_a_pause(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill(seller)
    bill_run = BillRun.objects.get()
    schedule = make_payment_schedule(seller, None, after=AfterPosting(3, bill_run_id=bill_run.pk))
    pause(schedule)
    post(bill_run)
    advance_to(date(2026, 3, 3))
    assert get_document("A-1").open_minor > 0
    resume(schedule)
    advance_to(date(2026, 3, 3), hour=13)
    assert PaymentRun.objects.get().status == "completed"
    assert get_document("A-1").open_minor == 0


@pytest.mark.rule("ZUO-41")
def test_what_a_schedule_is_decides_what_may_be_done(seller: Seller) -> None:
    schedule = make_payment_schedule(seller)
    with pytest.raises(InvalidInput, match="Say why"):
        pause_schedule(schedule, reason=" ", at=AT, actor=ACTOR)
    with pytest.raises(WrongPaymentScheduleState, match="is active and can't be resumed"):
        resume(schedule)
    pause(schedule)
    with pytest.raises(WrongPaymentScheduleState, match="is paused and can't be paused"):
        pause(schedule)
    cancel_schedule(schedule, reason="for good", at=datetime(2026, 3, 1, tzinfo=UTC), actor=ACTOR)
    with pytest.raises(WrongPaymentScheduleState, match="is canceled and can't be resumed"):
        resume(schedule)
    assert PaymentRun.objects.get().status == "canceled"
