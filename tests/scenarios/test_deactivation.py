"""Golden scenario 27, second half: from the queue to being switched off, and back again by money or by a run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run, cancel_chunk
from tallystick.invoicing.operations.drop_account import drop_account
from tallystick.invoicing.operations.issue_correction import issue_correction
from tallystick.journeys.bring_back import bring_back_by_payment
from tallystick.journeys.check_books import check_books
from tallystick.journeys.run_deactivations import execute_deactivation_run
from tallystick.journeys.work_off_due import work_off_due
from tallystick.ledger.queries.balances import find_balance
from tallystick.plumbing import clock
from tallystick.sellers.models import BillingRule
from tallystick.subscriptions.core.deactivation import ACTIVATE, DeactivationFilters
from tallystick.subscriptions.errors import DeactivationRunOver
from tallystick.subscriptions.models import (
    DeactivationCandidate,
    DeactivationRun,
    DeactivationRunItem,
    SubscriptionEvent,
    SubscriptionService,
)
from tallystick.subscriptions.operations.start_deactivation_run import delete_deactivation_run, start_deactivation_run
from tests.support.builders import ACTOR, AT
from tests.support.jobs import run_jobs
from tests.support.stories import bill, post
from tests.support.television import Television, build_television, build_viewer, list_queue, receive_money

pytestmark = pytest.mark.django_db

MARCH_10 = datetime(2026, 3, 10, 9, tzinfo=UTC)
MARCH_20 = datetime(2026, 3, 20, 9, tzinfo=UTC)


def switch_off(company: Television, *, at: datetime = MARCH_10, **asked: object) -> DeactivationRun:
    clock.set_clock(at)
    filters = DeactivationFilters(**asked)  # type: ignore[arg-type]
    run = start_deactivation_run(company.seller, filters=filters, at=at, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def activate(company: Television, *, at: datetime = MARCH_20, **asked: object) -> DeactivationRun:
    clock.set_clock(at)
    filters = DeactivationFilters(**asked)  # type: ignore[arg-type]
    run = start_deactivation_run(company.seller, kind=ACTIVATE, filters=filters, at=at, actor=ACTOR)
    run_jobs()
    run.refresh_from_db()
    return run


def pay(account: Account, amount_minor: int, *, at: datetime = MARCH_20) -> None:
    clock.set_clock(at)
    receive_money(account, amount_minor, on=at.date())
    bring_back_by_payment(account.pk, at=at, actor=ACTOR)


def tell_statuses(account: Account) -> dict[str, str]:
    services = SubscriptionService.objects.filter(account=account).order_by("service__pk")
    return dict(services.values_list("service__code", "status"))


def tell_lines(account: Account) -> list[tuple[str, date, date, int]]:
    lines = Document.objects.filter(account=account, status="posted").order_by("pk", "lines__position")
    names = ("lines__description", "lines__period_start_on", "lines__period_end_on", "lines__net_minor")
    return list(lines.values_list(*names))


def assert_books_in_order() -> None:
    assert list(check_books(actor=ACTOR)) == []


@pytest.fixture
def company() -> Television:
    return build_television()


@pytest.fixture
def short(company: Television) -> Account:
    """25.00 of 37.00: Basic, DVR and Movies are renewed for March, Sports and HD are queued."""
    account, _ = build_viewer(company)
    receive_money(account, 25_00)
    post(bill(company.seller))
    return account


@pytest.mark.rule("CRM-21", "CRM-22")
def test_queued_services_stay_up_until_a_run_switches_them_off_and_says_so(company: Television, short: Account) -> None:
    assert set(tell_statuses(short).values()) == {"effective"}
    run = switch_off(company)
    assert run.status == "completed"
    assert tell_statuses(short) == {
        "basic": "effective",
        "dvr": "effective",
        "movies": "effective",
        "sports": "not_effective",
        "hd": "not_effective",
    }
    logged = DeactivationRunItem.objects.filter(run=run).order_by("pk")
    assert sorted(logged.values_list("subscription_service__service__code", "outcome", "reason")) == [
        ("hd", "deactivated", "the service it requires was not renewed"),
        ("sports", "deactivated", "not enough money"),
    ]
    events = SubscriptionEvent.objects.filter(event="deactivate").values_list("from_status", "to_status", "reason")
    assert list(events) == [("effective", "not_effective", run.number)] * 2
    execute_deactivation_run(run.pk, at=MARCH_10, actor=ACTOR)
    assert DeactivationRunItem.objects.count() == 2, "a run is executed once"
    assert_books_in_order()


@pytest.mark.rule("CRM-21")
def test_what_is_off_is_not_billed_and_does_not_come_up_in_later_runs(company: Television, short: Account) -> None:
    switch_off(company)
    receive_money(short, 100_00)
    post(bill(company.seller, target_on=date(2026, 4, 1), at=datetime(2026, 4, 1, 9, tzinfo=UTC)))
    assert [line[0] for line in tell_lines(short)] == ["Basic", "Dvr", "Movies"] * 2


@pytest.mark.rule("CRM-23")
def test_who_pays_before_the_run_is_renewed_at_once_leaves_the_queue_and_is_left_by_the_run(
    company: Television, short: Account
) -> None:
    pay(short, 12_00, at=MARCH_10)
    assert list_queue(short) == {}
    assert [line[0] for line in tell_lines(short)] == ["Basic", "Dvr", "Movies", "Sports", "Hd"]
    assert tell_lines(short)[3:] == [
        ("Sports", date(2026, 3, 1), date(2026, 4, 1), 12_00),
        ("Hd", date(2026, 3, 1), date(2026, 4, 1), 2_00),
    ]
    assert find_balance(short.pk).customer_credit_minor == 0
    assert switch_off(company).items.count() == 0
    assert_books_in_order()


@pytest.mark.rule("CRM-23")
def test_a_run_renews_who_has_paid_by_then_instead_of_switching_off(company: Television, short: Account) -> None:
    receive_money(short, 12_00)
    run = switch_off(company)
    assert set(tell_statuses(short).values()) == {"effective"}
    assert set(run.items.values_list("outcome", "reason")) == {("left", "renewed by now")}
    assert_books_in_order()


@pytest.mark.rule("CRM-23")
def test_money_brings_back_what_it_pays_for_billed_from_that_day_on(company: Television, short: Account) -> None:
    switch_off(company)
    pay(short, 5_00)
    # 20 to 31 March is 12 of 31 days: Sports 12.00 x 12/31 = 4.65; 2.35 are left for HD's 0.77
    assert tell_lines(short)[3:] == [
        ("Sports", date(2026, 3, 20), date(2026, 4, 1), 4_65),
        ("Hd", date(2026, 3, 20), date(2026, 4, 1), 77),
    ]
    assert set(tell_statuses(short).values()) == {"effective"}
    assert find_balance(short.pk).customer_credit_minor == 2_00 + 5_00 - 4_65 - 77
    assert set(DeactivationCandidate.objects.values_list("status", flat=True)) == {"restored"}
    assert_books_in_order()


@pytest.mark.rule("CRM-23")
def test_what_the_money_does_not_pay_for_stays_off_without_a_trace(company: Television, short: Account) -> None:
    switch_off(company)
    before = SubscriptionEvent.objects.count()
    pay(short, 2_00)
    assert tell_statuses(short)["sports"] == tell_statuses(short)["hd"] == "not_effective"
    assert SubscriptionEvent.objects.count() == before
    assert find_balance(short.pk).customer_credit_minor == 4_00


@pytest.mark.rule("CRM-23")
def test_an_activation_run_brings_back_who_can_pay_and_logs_who_can_not(company: Television, short: Account) -> None:
    switch_off(company)
    poor, _ = build_viewer(company, "movies", external_id="A-2")
    bill(company.seller)
    switch_off(company)
    receive_money(short, 10_00)
    run = activate(company)
    assert tell_statuses(short)["sports"] == "effective"
    assert tell_statuses(poor) == {"movies": "not_effective"}
    logged = run.items.values_list("subscription_service__service__code", "outcome", "reason")
    assert sorted(logged) == [
        ("hd", "activated", ""),
        ("movies", "left", "not enough money"),
        ("sports", "activated", ""),
    ]
    assert_books_in_order()


@pytest.mark.rule("CRM-23")
def test_nothing_comes_back_that_was_off_for_too_long_or_while_too_much_is_overdue(
    company: Television, short: Account
) -> None:
    switch_off(company)
    receive_money(short, 10_00)
    assert set(activate(company, longest_off_days=9).items.values_list("reason", flat=True)) == {"off for too long"}
    assert set(activate(company, excluded_plans=("tv",)).items.values_list("reason", flat=True)) == set()
    assert set(activate(company, longest_off_days=10).items.values_list("outcome", flat=True)) == {"activated"}


@pytest.mark.rule("CRM-22")
def test_runs_choose_by_segment_plan_interval_debt_and_limit(company: Television) -> None:
    for number, segment in ((1, "retail"), (2, "office")):
        build_viewer(company, "movies", external_id=f"A-{number}", segment=segment, receivable_limit_minor=number * 100)
    bill(company.seller)
    for filters in (
        {"segments": ("bank",)},
        {"plans": ("radio",)},
        {"interval_months": (12,)},
        {"least_outstanding_minor": 1},
        {"most_limit_minor": 99},
        {"excluded_segments": ("retail", "office")},
    ):
        assert switch_off(company, **filters).items.count() == 0, filters
    assert switch_off(company, segments=("retail",), plans=("tv",), interval_months=(1,)).items.count() == 1
    assert switch_off(company, most_limit_minor=200, least_outstanding_minor=0).items.count() == 1


@pytest.mark.rule("CRM-22")
def test_a_run_waits_for_its_day_and_can_be_deleted_until_then(company: Television, short: Account) -> None:
    clock.set_clock(AT)
    day = MARCH_20.date()
    kept = start_deactivation_run(company.seller, runs_on=day, at=AT, actor=ACTOR)
    deleted = start_deactivation_run(company.seller, runs_on=day, at=AT, actor=ACTOR)
    delete_deactivation_run(deleted.pk, at=AT, actor=ACTOR)
    work_off_due(at=AT, actor=ACTOR)
    assert tell_statuses(short)["sports"] == "effective"
    clock.set_clock(MARCH_20)
    work_off_due(at=MARCH_20, actor=ACTOR)
    assert tell_statuses(short)["sports"] == "not_effective"
    assert list(DeactivationRun.objects.order_by("pk").values_list("status", flat=True)) == ["completed", "deleted"]
    with pytest.raises(DeactivationRunOver):
        delete_deactivation_run(kept.pk, at=AT, actor=ACTOR)


@pytest.mark.rule("CRM-37")
def test_days_used_before_a_postbill_service_was_switched_off_are_billed_once_and_the_days_off_never() -> None:
    company = build_television(billing_model="postbill_pay_after")
    account, _ = build_viewer(company, "movies", receivable_limit_minor=0)
    april_1, april_11, april_21 = (datetime(2026, 4, day, 9, tzinfo=UTC) for day in (1, 11, 21))
    bill(company.seller, target_on=date(2026, 3, 31), at=april_1)
    assert list_queue(account) == {"movies": "over_limit"}
    switch_off(company, at=april_11)
    post(bill(company.seller, target_on=date(2026, 4, 30), at=april_11), at=april_11)
    # March whole, and 10 of 30 days of April: 8.00 and 2.67
    assert tell_lines(account) == [
        ("Movies", date(2026, 3, 1), date(2026, 4, 1), 8_00),
        ("Movies", date(2026, 4, 1), date(2026, 4, 11), 2_67),
    ]
    BillingRule.objects.update(reactivation_most_overdue_minor=100_00)
    pay(account, 10_00, at=april_21)
    assert tell_statuses(account) == {"movies": "not_effective"}, "0.67 are owed, and the limit is 0"
    Account.objects.filter(pk=account.pk).update(receivable_limit_minor=50_00)
    pay(account, 1, at=april_21)
    assert tell_statuses(account) == {"movies": "effective"}
    post(bill(company.seller, target_on=date(2026, 4, 30), at=april_21 + timedelta(days=10)))
    assert tell_lines(account)[2:] == [("Movies", date(2026, 4, 21), date(2026, 5, 1), 2_67)]
    assert_books_in_order()


@pytest.mark.rule("CRM-22")
@pytest.mark.parametrize(
    ("repeats", "then"),
    [("daily", date(2026, 2, 1)), ("weekly", date(2026, 2, 7)), ("monthly", date(2026, 2, 28))],
)
def test_a_run_on_a_schedule_defines_the_next_when_it_is_over(repeats: str, then: date) -> None:
    company = build_television()
    january_31 = datetime(2026, 1, 31, 9, tzinfo=UTC)
    clock.set_clock(january_31)
    filters = DeactivationFilters(segments=("retail",))

    start_deactivation_run(company.seller, filters=filters, repeats=repeats, at=january_31, actor=ACTOR)
    run_jobs()

    first, second = DeactivationRun.objects.order_by("pk")
    assert (first.status, second.status, second.runs_on) == ("completed", "pending", then)
    assert (second.number, second.filters) == ("DR-000002", {"segments": ["retail"]})
    run_jobs()  # once more: nothing is due, nothing is repeated
    assert DeactivationRun.objects.count() == 2


@pytest.mark.rule("CRM-22")
def test_missed_days_of_a_schedule_are_one_run_and_deleting_the_next_ends_it() -> None:
    company = build_television()
    clock.set_clock(MARCH_10)
    later = (MARCH_10 + timedelta(days=1)).date()
    start_deactivation_run(company.seller, runs_on=later, repeats="daily", at=MARCH_10, actor=ACTOR)

    work_off_due(at=MARCH_20, actor=ACTOR)

    days = list(DeactivationRun.objects.order_by("pk").values_list("status", "runs_on"))
    assert days == [("completed", date(2026, 3, 11)), ("pending", date(2026, 3, 21))]
    delete_deactivation_run(DeactivationRun.objects.latest("pk").pk, at=MARCH_20, actor=ACTOR)
    work_off_due(at=MARCH_20 + timedelta(days=9), actor=ACTOR)
    assert DeactivationRun.objects.count() == 2


@pytest.mark.rule("CRM-10", "CRM-15")
def test_the_way_back_spends_money_in_the_rank_order_of_all_that_is_due(company: Television, short: Account) -> None:
    april = datetime(2026, 4, 1, 9, tzinfo=UTC)
    receive_money(short, 23_00)  # with the 2.00 left: 25.00; in April Basic 10, Dvr 5 and Movies 8 are due too
    clock.set_clock(april)
    bring_back_by_payment(short.pk, at=april, actor=ACTOR)
    assert [line[0] for line in tell_lines(short)][3:5] == ["Basic", "Dvr"]
    assert "sports" in list_queue(short)
    assert_books_in_order()


@pytest.mark.rule("CRM-23")
def test_a_credit_note_renews_the_queue_like_money(company: Television, short: Account) -> None:
    clock.set_clock(MARCH_10)
    invoice = Document.objects.get(account=short, status="posted")
    ask = CorrectionAsk(lines={1: 10_00, 2: 2_00})  # with the 2.00 left: 14.00, Sports 12.00 and HD 2.00
    issue_correction(invoice, kind="credit_note", ask=ask, reason="an outage", at=MARCH_10, actor=ACTOR)
    run_jobs()
    assert list_queue(short) == {}


@pytest.mark.rule("CRM-21", "CRM-23")
def test_a_canceled_account_of_a_run_leaves_the_queue_as_it_was_before_it(company: Television) -> None:
    account, _ = build_viewer(company)
    first = bill(company.seller)
    assert len(list_queue(account)) == 5
    receive_money(account, 25_00)
    second = bill(company.seller, at=MARCH_10)
    assert set(list_queue(account)) == {"sports", "hd"}
    drop_account(second, account=account, reason="not yet", at=MARCH_10, actor=ACTOR)
    assert len(list_queue(account)) == 5, "what the run renewed waits again"
    cancel_bill_run(first, reason="a mistake", at=MARCH_10, actor=ACTOR)
    cancel_chunk(first.pk, position=first.chunks.get().position, reason="a mistake", at=MARCH_10, actor=ACTOR)
    assert list_queue(account) == {}, "nobody is switched off for a run that was taken back"
