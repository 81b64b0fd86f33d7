"""Stories of payment run schedules that get another name, time or choice: what waits of them follows."""

from datetime import UTC, date, time

import pytest

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.core.schedule import AfterPosting
from tallystick.collection.errors import PaymentScheduleInvalid, WrongPaymentScheduleState
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.cancel_schedule import cancel_schedule
from tallystick.collection.operations.change_schedule import ScheduleChange, change_schedule
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.operations.pause_schedule import pause_schedule
from tallystick.collection.queries.schedules import list_schedule_events
from tallystick.errors import Conflict, Forbidden, InvalidInput, Refusal
from tallystick.invoicing.core.schedule import DAILY, Recurrence
from tallystick.invoicing.models import BillRun
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, AT, MARCH, build_seller
from tests.support.databases import FreshDatabase
from tests.support.schedules import advance_to, make_payment_schedule
from tests.support.stories import GOOD_CARD, bill, build_payers, collect, get_document, post

EVERY_DAY = Recurrence(DAILY, MARCH)


@pytest.fixture
def seller(fresh_database: FreshDatabase) -> Seller:
    """A gateway is called by threads, between transactions: what they see must be committed."""
    clock.set_clock(AT)
    return build_seller()


def change(schedule: PaymentRunSchedule, **new: object) -> PaymentRunSchedule:
    wanted = ScheduleChange(**new)  # type: ignore[arg-type]
    return change_schedule(schedule, change=wanted, reason="agreed", at=clock.now(), actor=ACTOR)


def tell() -> list[str]:
    """Every payment run in a line: number, when it begins (UTC), due dates, state."""
    return [
        f"{run.number} {run.starts_at.astimezone(UTC) if run.starts_at else None:%d %b %H:%M} due {run.target_on:%d %b}"
        f" {run.status}"
        for run in PaymentRun.objects.order_by("pk")
    ]


@pytest.mark.rule("ZUO-37", "ZUO-41")
def test_a_new_time_moves_what_waits_and_one_that_has_passed_today_is_tomorrows(seller: Seller) -> None:
    schedule = make_payment_schedule(seller, EVERY_DAY)
    changed = change(schedule, run_time=time(14, 40), name="afternoons")
    assert (changed.name, changed.run_time) == ("afternoons", time(14, 0))
    assert tell() == ["PR-000001 01 Mar 13:00 due 01 Mar pending"]
    change(schedule, run_time=time(9, 0))  # it is ten o'clock in Amsterdam
    assert tell() == ["PR-000001 02 Mar 08:00 due 02 Mar pending"]
    events = [(event.event, event.reason) for event in list_schedule_events(schedule.pk)]
    assert events[1:] == [("change", "agreed (now afternoons; at 14:00)"), ("change", "agreed (at 09:00)")]
    advance_to(date(2026, 3, 2))
    assert tell()[1] == "PR-000002 03 Mar 08:00 due 03 Mar pending"


@pytest.mark.rule("ZUO-49")
def test_new_hours_hold_for_a_run_that_waits_for_its_posting(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    bill_run = bill(seller)
    schedule = make_payment_schedule(seller, None, after=AfterPosting(3, bill_run_id=bill_run.pk))
    change(schedule, after_hours=5)
    post(BillRun.objects.get())
    advance_to(MARCH, hour=13)
    assert get_document("A-1").open_minor > 0
    advance_to(MARCH, hour=15)
    assert get_document("A-1").open_minor == 0


@pytest.mark.rule("ZUO-36", "ZUO-41")
def test_a_new_choice_holds_for_what_waits_and_not_for_what_has_run(seller: Seller) -> None:
    build_payers(seller, {"A-1": GOOD_CARD})
    schedule = make_payment_schedule(seller, EVERY_DAY)
    advance_to(MARCH)
    change(schedule, filters=CollectionFilters(("A-1",)), options=CollectOptions(joins_payments=True))
    done, waiting = PaymentRun.objects.order_by("pk")
    assert (CollectionFilters.from_json(done.filters), done.joins_payments) == (CollectionFilters(), False)
    assert (CollectionFilters.from_json(waiting.filters), waiting.joins_payments) == (CollectionFilters(("A-1",)), True)
    change(schedule, filters=CollectionFilters())
    waiting.refresh_from_db()
    assert (CollectionFilters.from_json(waiting.filters), waiting.joins_payments) == (CollectionFilters(), True)


@pytest.mark.rule("ZUO-41")
@pytest.mark.parametrize(
    ("new", "field", "refusal"),
    [
        ({"name": " "}, "name", PaymentScheduleInvalid),
        ({"name": "nights"}, "name", Conflict),
        ({"after_hours": 3}, "after_hours", InvalidInput),
        ({"target_days": 400}, "target_days", PaymentScheduleInvalid),
        ({"target_days": 3}, "target_days", PaymentScheduleInvalid),  # credits are applied
        ({"filters": CollectionFilters(("nobody",))}, "account", Refusal),
        ({"options": CollectOptions(False, False)}, "charges_methods", Refusal),
        ({}, "name", InvalidInput),
        ({"name": "collecting"}, "name", InvalidInput),
    ],
)
def test_what_can_not_be_is_refused_by_its_name_and_nothing_changes(
    seller: Seller, new: dict[str, object], field: str, refusal: type[Refusal]
) -> None:
    schedule = make_payment_schedule(seller, EVERY_DAY)
    other = make_payment_schedule(seller, EVERY_DAY, name="nights") if new.get("name") == "nights" else None
    with pytest.raises(refusal) as refused:
        change(schedule, **new)
    assert str(refused.value.field).startswith(field)
    assert [event.event for event in list_schedule_events(schedule.pk)] == ["create"]
    assert PaymentRun.objects.count() == (2 if other else 1)


@pytest.mark.rule("ZUO-41")
def test_it_takes_a_reason_the_permission_and_a_series_that_is_not_over(seller: Seller) -> None:
    schedule = make_payment_schedule(seller, EVERY_DAY)
    new = ScheduleChange(run_time=time(14))
    with pytest.raises(InvalidInput, match="Say why"):
        change_schedule(schedule, change=new, reason=" ", at=AT, actor=ACTOR)
    with pytest.raises(Forbidden):
        change_schedule(schedule, change=new, reason="x", at=AT, actor=Actor("staff", "8", "Viewer", frozenset()))
    paused = pause_schedule(schedule, reason="holiday", at=AT, actor=ACTOR)
    assert change(paused, run_time=time(14)).status == "paused"
    cancel_schedule(schedule, reason="over", at=AT, actor=ACTOR)
    with pytest.raises(WrongPaymentScheduleState, match="is canceled and can't be changed"):
        change(schedule, run_time=time(15))


@pytest.mark.rule("ZUO-41")
def test_a_run_that_ended_in_error_is_deleted_as_a_canceled_one_is(seller: Seller) -> None:
    run = collect(seller)
    PaymentRun.objects.filter(pk=run.pk).update(status="failed", reason="the gateway was away")
    run.refresh_from_db()
    delete_payment_run(run, reason="nothing was taken", at=AT, actor=ACTOR)
    assert not PaymentRun.objects.exists()
