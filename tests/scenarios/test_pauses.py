"""Services rest or go off for a short term: not billed meanwhile, billed from the day on which they go on (CRM-24)."""

from datetime import UTC, date, datetime

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.errors import BilledFurther
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.drop_account import drop_account
from tallystick.journeys.advance_clock import advance_clock
from tallystick.journeys.bring_back import bring_back_by_payment
from tallystick.journeys.check_books import check_books
from tallystick.journeys.end_pauses import end_pause
from tallystick.journeys.work_off_due import work_off_due
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.core.interruption import RESTING, SHORT_TERM
from tallystick.subscriptions.errors import PauseNotPossible, ServiceUnknown, WrongSubscriptionState
from tallystick.subscriptions.models import SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.pause_service import pause_service
from tallystick.subscriptions.operations.start_deactivation_run import start_deactivation_run
from tests.support.builders import ACTOR
from tests.support.stories import bill, post
from tests.support.television import Television, build_television, build_viewer, list_queue, receive_money

pytestmark = [pytest.mark.django_db, pytest.mark.rule("CRM-24")]

APRIL_1, MAY_1 = date(2026, 4, 1), date(2026, 5, 1)


def march(day: int) -> datetime:
    return datetime(2026, 3, day, 9, tzinfo=UTC)


def pause(service: SubscriptionService, *, at: datetime, kind: str = RESTING, **options: object) -> None:
    options = {"until_on": None, **options}
    clock.set_clock(at)
    pause_service(service.pk, kind=kind, reason="on holiday", at=at, actor=ACTOR, **options)  # type: ignore[arg-type]


def run(company: Television, target_on: date, *, at: datetime) -> None:
    post(bill(company.seller, target_on=target_on, at=at), at=at)


def tell_lines(account: Account) -> list[tuple[date | None, date | None, int]]:
    lines = Document.objects.filter(account=account, status="posted").order_by("pk", "lines__position")
    return list(lines.values_list("lines__period_start_on", "lines__period_end_on", "lines__net_minor"))


def get_status(service: SubscriptionService) -> str:
    return SubscriptionService.objects.get(pk=service.pk).status


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


def build_movies(
    billing_model: str = "prebill_pay_after", **rule: object
) -> tuple[Television, Account, SubscriptionService]:
    company = build_television(billing_model=billing_model, **rule)
    account, agreed = build_viewer(company, "movies")
    return company, account, agreed["movies"]


def test_a_rest_that_outlasts_the_billed_period_is_not_billed_and_ends_by_its_date() -> None:
    company, account, movies = build_movies()
    run(company, date(2026, 3, 1), at=march(1))
    pause(movies, at=march(20), until_on=date(2026, 4, 11))
    bill(company.seller, target_on=APRIL_1, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert len(tell_lines(account)) == 1
    at = datetime(2026, 4, 11, 9, tzinfo=UTC)
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    assert get_status(movies) == "effective"
    # 11 to 30 April: 20 of 30 days of 8.00
    assert tell_lines(account)[1:] == [(date(2026, 4, 11), MAY_1, 5_33)]
    happened = SubscriptionEvent.objects.exclude(subscription_service=None)
    assert list(happened.order_by("pk").values_list("event", "to_status")) == [
        ("rest", "resting"),
        ("end_rest", "effective"),
    ]
    assert_books_in_order()


@pytest.mark.rule("UNI-10")
def test_a_rest_that_is_over_while_nobody_works_ends_on_its_own_day_and_loses_none() -> None:
    company, account, movies = build_movies()
    run(company, date(2026, 3, 1), at=march(1))
    pause(movies, at=march(20), until_on=date(2026, 4, 11))

    at = datetime(2026, 4, 18, 9, tzinfo=UTC)  # a week late
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)

    assert tell_lines(account)[1:] == [(date(2026, 4, 11), MAY_1, 5_33)]  # 20 of 30 days, as if it had been in time
    assert_books_in_order()


def test_a_clock_that_is_moved_stops_where_a_rest_is_over_and_where_services_are_switched_off() -> None:
    company, account, movies = build_movies()
    run(company, date(2026, 3, 1), at=march(1))
    pause(movies, at=march(20), until_on=date(2026, 4, 11))
    planned = start_deactivation_run(company.seller, runs_on=date(2026, 4, 15), at=march(20), actor=ACTOR)

    clock.set_clock(march(20))
    advance_clock(datetime(2026, 4, 30, 9, tzinfo=UTC), now=march(20), actor=ACTOR)

    assert tell_lines(account)[1:] == [(date(2026, 4, 11), MAY_1, 5_33)]
    assert Document.objects.filter(account=account).latest("pk").invoice_on == date(2026, 4, 11)
    planned.refresh_from_db()
    assert planned.executed_at == datetime(2026, 4, 15, tzinfo=UTC)


@pytest.mark.parametrize(("change_day", "used", "after"), [("new", 5_16, 5_33), ("old", 5_42, 5_07)])
def test_the_days_on_which_a_rest_begins_and_ends_belong_to_whom_the_seller_says(
    change_day: str, used: int, after: int
) -> None:
    company, account, movies = build_movies("postbill_pay_after", change_day=change_day)
    pause(movies, at=march(21), until_on=date(2026, 4, 11))
    run(company, date(2026, 3, 31), at=march(31))
    at = datetime(2026, 4, 11, 9, tzinfo=UTC)
    clock.set_clock(at)
    work_off_due(at=at, actor=ACTOR)
    run(company, date(2026, 4, 30), at=datetime(2026, 4, 30, 9, tzinfo=UTC))
    # 20 or 21 of 31 days of 8.00 before it, 20 or 19 of 30 after
    assert [line[2] for line in tell_lines(account)] == [used, after]
    assert_books_in_order()


def test_a_rest_inside_a_billed_period_changes_nothing_of_it() -> None:
    company, account, movies = build_movies()
    run(company, date(2026, 3, 1), at=march(1))
    pause(movies, at=march(10))
    assert end_pause(movies.pk, reason="back", at=march(20), actor=ACTOR)
    run(company, APRIL_1, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert tell_lines(account) == [(date(2026, 3, 1), APRIL_1, 8_00), (APRIL_1, MAY_1, 8_00)]
    assert_books_in_order()


def test_in_arrears_days_used_before_a_rest_are_billed_and_days_of_rest_are_not() -> None:
    company, account, movies = build_movies("postbill_pay_after")
    pause(movies, at=march(11))
    assert end_pause(movies.pk, reason="back", at=march(21), actor=ACTOR)
    run(company, date(2026, 3, 31), at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    # 10 and 11 of 31 days of 8.00
    assert tell_lines(account) == [
        (date(2026, 3, 1), date(2026, 3, 11), 2_58),
        (date(2026, 3, 21), APRIL_1, 2_84),
    ]
    assert_books_in_order()


def test_a_rest_declared_billable_is_billed_like_service() -> None:
    company, account, movies = build_movies()
    pause(movies, at=march(1), is_billable=True)
    run(company, APRIL_1, at=datetime(2026, 4, 1, 9, tzinfo=UTC))
    assert [line[2] for line in tell_lines(account)] == [8_00, 8_00]
    assert end_pause(movies.pk, reason="back", at=datetime(2026, 4, 5, 9, tzinfo=UTC), actor=ACTOR)
    assert_books_in_order()


def test_a_rest_may_move_a_fixed_end_on_by_its_days() -> None:
    _, _, movies = build_movies()
    SubscriptionService.objects.filter(pk=movies.pk).update(ends_on=date(2026, 12, 1))
    pause(movies, at=march(10), extends_end=True)
    end_pause(movies.pk, reason="back", at=march(20), actor=ACTOR)
    assert SubscriptionService.objects.get(pk=movies.pk).ends_on == date(2026, 12, 11)


def test_a_short_term_off_ends_like_a_rest_and_is_counted_by_itself() -> None:
    _, account, movies = build_movies(short_terms_a_year=1, longest_short_term_days=10, rests_a_year=0)
    with pytest.raises(PauseNotPossible, match="0 are allowed"):
        pause(movies, at=march(1), until_on=date(2026, 3, 5))
    with pytest.raises(PauseNotPossible, match="more than the 10 allowed"):
        pause(movies, at=march(1), kind=SHORT_TERM, until_on=date(2026, 3, 12))
    pause(movies, at=march(1), kind=SHORT_TERM, until_on=date(2026, 3, 11))
    assert get_status(movies) == "short_term_off"
    clock.set_clock(march(11))
    work_off_due(at=march(11), actor=ACTOR)
    assert tell_lines(account) == [(date(2026, 3, 11), APRIL_1, 5_42)]
    with pytest.raises(PauseNotPossible, match="there were 1 within a year"):
        pause(movies, at=march(12), kind=SHORT_TERM, until_on=date(2026, 3, 13))


def test_a_rest_that_ends_without_money_leaves_a_pay_before_service_off_until_money_comes() -> None:
    _, account, movies = build_movies("prebill_pay_before")
    pause(movies, at=march(1))
    assert not end_pause(movies.pk, reason="back", at=march(11), actor=ACTOR)
    assert get_status(movies) == "not_effective"
    assert (tell_lines(account), list_queue(account)) == ([], {})
    receive_money(account, 8_00, on=date(2026, 3, 20))
    bring_back_by_payment(account.pk, at=march(20), actor=ACTOR)
    assert get_status(movies) == "effective"
    assert tell_lines(account) == [(date(2026, 3, 20), APRIL_1, 3_10)]
    assert_books_in_order()


def test_only_an_effective_service_pauses_and_only_a_paused_one_goes_on() -> None:
    _, _, movies = build_movies()
    BillingRule.objects.update(rests_a_year=None)
    with pytest.raises(WrongSubscriptionState):
        end_pause(movies.pk, reason="back", at=march(2), actor=ACTOR)
    pause(movies, at=march(1))
    with pytest.raises(WrongSubscriptionState):
        pause(movies, at=march(2), kind=SHORT_TERM)
    with pytest.raises(ServiceUnknown):
        end_pause(10**9, reason="back", at=march(2), actor=ACTOR)
    with pytest.raises(PermissionMissing):
        pause_service(
            movies.pk, kind=RESTING, until_on=None, reason="", at=march(1), actor=Actor("staff", "1", "Nobody")
        )


def test_a_draft_of_before_a_pause_is_not_taken_back_once_the_service_went_on_later() -> None:
    company, account, movies = build_movies()
    draft = bill(company.seller, target_on=date(2026, 3, 1), at=march(1))
    pause(movies, at=march(20))
    assert end_pause(movies.pk, reason="back", at=datetime(2026, 4, 11, 9, tzinfo=UTC), actor=ACTOR)
    with pytest.raises(BilledFurther):
        drop_account(draft, account=account, reason="a mistake", at=march(20), actor=ACTOR)


@pytest.mark.rule("UNI-10")
@pytest.mark.parametrize("is_late", [False, True])
def test_a_rest_ends_on_its_own_day_by_a_moved_clock_and_by_a_job_that_is_late(is_late: bool) -> None:
    company, account, movies = build_movies()
    run(company, date(2026, 3, 1), at=march(1))
    pause(movies, at=march(20), until_on=date(2026, 4, 11))
    late = datetime(2026, 4, 18, 9, tzinfo=UTC)
    if is_late:
        clock.set_clock(late)
        work_off_due(at=late, actor=ACTOR)
    else:
        advance_clock(late, now=march(20), actor=ACTOR)
    # 11 to 30 April: 20 of 30 days of 8.00, not 13 from the 18th
    assert tell_lines(account)[1:] == [(date(2026, 4, 11), MAY_1, 5_33)]
    assert_books_in_order()
