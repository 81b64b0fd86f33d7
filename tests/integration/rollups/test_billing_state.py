"""A month that was not billed yet is neither one that was billed at nothing, nor one in which nothing is due."""

from __future__ import annotations

import csv
from datetime import date, timedelta

import pytest

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, Price, Service
from tallystick.periods.anchor import Cycle, next_boundary
from tallystick.plumbing import clock
from tallystick.rollups.queries import (
    BillingFilters,
    BillingRow,
    BillingTotal,
    compute_billing_totals,
    list_billing_rollup,
    write_billing_csv,
)
from tallystick.sellers.models import BillingRule, Seller
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tests.support.builders import (
    ACTOR,
    MARCH,
    build_account,
    build_discount,
    build_plan,
    build_service,
    build_subscription,
)
from tests.support.month import begin_month, bill

pytestmark = pytest.mark.django_db

APRIL = date(2026, 4, 1)
US = {"country": "US"}


@pytest.fixture
def seller() -> Seller:
    return begin_month()


@pytest.fixture
def plan(seller: Seller) -> Plan:
    return build_plan(seller)


@pytest.fixture
def seat(seller: Seller) -> Service:
    return build_service(seller, unit_price="150.00")


@pytest.fixture
def account(seller: Seller) -> Account:
    return build_account(seller, party=US)


def read(seller: Seller, *, month: date = MARCH, account: str = "A-1") -> BillingRow:
    filters = BillingFilters(search=account)
    (row,) = list_billing_rollup(seller, month=month, as_of=max(month, MARCH), filters=filters, actor=ACTOR)
    return row


def add_up(seller: Seller, *, month: date = MARCH) -> BillingTotal:
    (total,) = compute_billing_totals(seller, month=month, as_of=month, actor=ACTOR)
    return total


@pytest.mark.rule("DEM-58")
def test_until_it_is_posted_nobody_knows_what_an_account_should_pay(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    build_subscription(account, plan, seat)
    row = read(seller)
    assert (row.billing_state, row.should_pay_minor, row.revenue.mrr_forecast_minor) == ("not_billed_yet", None, 150_00)
    bill(seller, post=False)
    row = read(seller)
    assert (row.billing_state, row.should_pay_minor, row.asked.drafted_minor) == ("not_billed_yet", None, 150_00)


def test_what_was_posted_is_billed_and_the_next_month_is_not_yet(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    build_subscription(account, plan, seat)
    bill(seller)
    assert (read(seller).billing_state, read(seller).should_pay_minor) == ("billed", 150_00)
    assert read(seller, month=APRIL).should_pay_minor is None


def test_billed_at_nothing_stays_a_figure(seller: Seller, account: Account, plan: Plan, seat: Service) -> None:
    (service,) = build_subscription(account, plan, seat)
    build_discount(service, value="100")
    assert read(seller).should_pay_minor is None
    bill(seller)
    assert read(seller).should_pay_minor == 0
    assert add_up(seller).not_billed_accounts == 0


def test_between_two_yearly_bills_nothing_is_due(seller: Seller, account: Account, seat: Service) -> None:
    build_subscription(account, build_plan(seller, code="yearly", interval_months=12), seat)
    bill(seller)
    row = read(seller, month=APRIL)
    assert (row.billing_state, row.should_pay_minor, row.revenue.mrr_forecast_minor) == ("nothing_due", 0, 150_00)
    assert read(seller, month=date(2026, 2, 1)).billing_state == "nothing_due"


def test_an_account_that_has_agreed_nothing_has_nothing_due(seller: Seller, account: Account) -> None:
    assert (read(seller).billing_state, read(seller).should_pay_minor) == ("nothing_due", 0)


def test_of_two_subscriptions_one_may_be_billed_and_the_other_not(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    build_subscription(account, plan, seat)
    build_subscription(account, plan, seat, external_id="S-2", starts_on=date(2026, 3, 20), anchor_day=20)
    bill(seller)
    assert (read(seller).billing_state, read(seller).should_pay_minor) == ("partly_billed", 150_00)
    clock.advance(timedelta(days=20))
    bill(seller, on=date(2026, 3, 21))
    assert (read(seller).billing_state, read(seller).should_pay_minor) == ("billed", 300_00)


@pytest.mark.parametrize("anchor_day", [1, 15, 31])
@pytest.mark.parametrize("interval_months", [1, 3, 12])
@pytest.mark.parametrize("origin_month", [date(2025, 2, 1), date(2025, 12, 1), date(2026, 3, 1), date(2026, 8, 1)])
def test_arrears_fall_due_in_the_month_in_which_their_period_is_over(
    seller: Seller, account: Account, seat: Service, anchor_day: int, interval_months: int, origin_month: date
) -> None:
    plan = build_plan(seller, interval_months=interval_months)
    Plan.objects.filter(pk=plan.pk).update(billing_model="postbill_pay_after")
    build_subscription(account, plan, seat, starts_on=date(2026, 1, 20))
    cycle = Cycle(next_boundary(Cycle(origin_month, anchor_day, 1), origin_month), anchor_day, interval_months)
    Subscription.objects.update(cycle_origin_on=cycle.origin_on, anchor_day=anchor_day)
    over_on = next_boundary(cycle, date(2026, 1, 20))
    expected = {month: "not_billed_yet" if over_on < end_on else "nothing_due" for month, end_on in MONTHS.items()}
    assert {month: read(seller, month=month).billing_state for month in MONTHS} == expected


@pytest.mark.parametrize("interval_days", [7, 14, 60])
def test_arrears_of_days_fall_due_in_the_month_in_which_their_period_is_over(
    seller: Seller, account: Account, seat: Service, interval_days: int
) -> None:
    plan = build_plan(seller)
    Plan.objects.filter(pk=plan.pk).update(billing_model="postbill_pay_after")
    build_subscription(account, plan, seat, starts_on=date(2026, 1, 20))
    Price.objects.update(interval_months=0, interval_days=interval_days)
    Subscription.objects.update(interval_months=0, interval_days=interval_days, cycle_origin_on=date(2026, 1, 20))
    over_on = date(2026, 1, 20) + timedelta(days=interval_days)
    expected = {month: "not_billed_yet" if over_on < end_on else "nothing_due" for month, end_on in MONTHS.items()}
    assert {month: read(seller, month=month).billing_state for month in MONTHS} == expected


MONTHS = {date(2026, number, 1): date(2026, number + 1, 1) for number in (1, 2, 3, 4)}


def test_a_one_off_is_due_until_it_is_billed_and_then_never_again(seller: Seller, account: Account, plan: Plan) -> None:
    build_subscription(account, plan, build_service(seller, code="setup", unit_price="99.00", kind="one_off"))
    assert read(seller).billing_state == "not_billed_yet"
    bill(seller)
    assert read(seller).billing_state == "billed"
    assert read(seller, month=APRIL).billing_state == "nothing_due"


def test_what_ended_or_rests_is_not_due(seller: Seller, account: Account, plan: Plan, seat: Service) -> None:
    build_subscription(account, plan, seat)
    Subscription.objects.update(status="on_hold")
    assert read(seller).billing_state == "nothing_due"
    Subscription.objects.update(status="canceled", ends_on=MARCH)
    assert read(seller).billing_state == "nothing_due"
    Subscription.objects.update(status="canceled", ends_on=date(2026, 3, 10))
    assert read(seller).billing_state == "not_billed_yet"


def test_a_first_part_that_is_given_away_is_not_due(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    BillingRule.objects.update(bills_partial_first=False)
    build_subscription(account, plan, seat, starts_on=date(2026, 3, 20))
    assert read(seller).billing_state == "nothing_due"
    assert read(seller, month=APRIL).billing_state == "not_billed_yet"
    SubscriptionService.objects.update(ends_on=date(2026, 3, 25))
    assert read(seller).billing_state == "not_billed_yet"


@pytest.mark.rule("DEM-39")
def test_totals_say_how_many_are_not_billed_yet_and_what_they_are_worth_a_month(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    others = [build_account(seller, external_id=name, party=US) for name in ("A-2", "A-3")]
    for each in (account, *others):
        build_subscription(each, plan, seat)
    assert add_up(seller)[2:4] == (0, 0)
    assert (add_up(seller).not_billed_accounts, add_up(seller).not_billed_mrr_minor) == (3, 450_00)
    bill(seller, account)
    total = add_up(seller)
    assert (total.should_pay_minor, total.not_billed_accounts, total.not_billed_mrr_minor) == (150_00, 2, 300_00)


def test_in_the_csv_the_amount_is_empty_and_a_column_says_why(
    seller: Seller, account: Account, plan: Plan, seat: Service
) -> None:
    other = build_account(seller, external_id="A-2", party=US)
    for each in (account, other):
        build_subscription(each, plan, seat)
    bill(seller, account)
    lines = list(csv.DictReader(write_billing_csv(seller, month=MARCH, as_of=MARCH, actor=ACTOR)))
    told = [(line["account"], line["billing_state"], line["should_pay"], line["mrr_forecast"]) for line in lines]
    assert told == [("A-1", "billed", "150.00", "150.00"), ("A-2", "not_billed_yet", "", "150.00")]
