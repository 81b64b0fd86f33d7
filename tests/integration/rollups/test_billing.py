"""The billing rollup on a database: what each account should pay, what it is worth a month, and who is behind it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallystick.accounts.models import Account, Contact
from tallystick.catalog.models import Plan, Price, Service
from tallystick.errors import Forbidden
from tallystick.plumbing import clock
from tallystick.plumbing.actor import Actor
from tallystick.rollups.errors import FilterUnknown, MonthNotBegun
from tallystick.rollups.queries import (
    BillingFilters,
    BillingRow,
    compute_billing_totals,
    list_billing_rollup,
    write_billing_csv,
)
from tallystick.sellers.models import Seller
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
from tests.support.month import EXPIRED_CARD, GOOD_CARD, begin_month, bill, charge, save_method, transfer

pytestmark = pytest.mark.django_db

US = {"country": "US"}


def read(seller: Seller, *, month: date = MARCH, as_of: date = MARCH, **asked: str) -> dict[str, BillingRow]:
    rows = list_billing_rollup(seller, month=month, as_of=as_of, filters=BillingFilters(**asked), actor=ACTOR)
    return {row.account.external_id: row for row in rows}


@pytest.fixture
def seller() -> Seller:
    return begin_month()


@pytest.fixture
def yearly(seller: Seller) -> Plan:
    return build_plan(seller, code="yearly", interval_months=12)


@pytest.fixture
def seat(seller: Seller) -> Service:
    """150.00 a month: 1,800.00 a year."""
    return build_service(seller, unit_price="150.00")


@pytest.mark.rule("DEM-35", "DEM-40")
def test_a_managed_account_is_confirmed_revenue_only_once_its_invoice_is_paid(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    account = build_account(seller, party=US)
    build_subscription(account, yearly, seat)
    (invoice,) = bill(seller)
    assert invoice.gross_minor == 1_800_00
    assert read(seller)["A-1"].revenue == ("managed", 150_00, 0)
    clock.advance(timedelta(days=9))
    transfer(invoice, 1_800_00, on=date(2026, 3, 10))
    assert read(seller, as_of=date(2026, 3, 10))["A-1"].revenue == ("paying", 150_00, 150_00)
    assert read(seller, as_of=date(2026, 3, 9))["A-1"].revenue == ("managed", 150_00, 0)


@pytest.mark.rule("DEM-35")
def test_a_paid_invoice_covers_until_its_period_ends_or_a_cadence_after_the_receipt_whichever_is_later(
    seller: Seller, seat: Service
) -> None:
    prompt, late = (build_account(seller, external_id=name, party=US) for name in ("A-1", "A-2"))
    for account in (prompt, late):
        build_subscription(account, build_plan(seller, code=account.external_id.lower()), seat)
    first, second = bill(seller)
    clock.advance(timedelta(days=24))
    transfer(first, 150_00, on=MARCH)
    transfer(second, 150_00, on=date(2026, 3, 20))

    def classes(on: date) -> list[str]:
        return [row.revenue.revenue_class for row in read(seller, month=on, as_of=on).values()]

    assert classes(date(2026, 3, 31)) == ["paying", "paying"]
    assert classes(date(2026, 4, 1)) == ["managed", "paying"]
    assert classes(date(2026, 4, 19)) == ["managed", "paying"]
    assert classes(date(2026, 4, 20)) == ["managed", "managed"]


@pytest.mark.rule("DEM-35")
def test_a_partial_payment_confirms_nothing(seller: Seller, yearly: Plan, seat: Service) -> None:
    build_subscription(build_account(seller, party=US), yearly, seat)
    (invoice,) = bill(seller)
    transfer(invoice, 1_799_99, on=MARCH)
    assert read(seller)["A-1"].revenue == ("managed", 150_00, 0)
    transfer(invoice, 1, on=MARCH)
    assert read(seller)["A-1"].revenue == ("paying", 150_00, 150_00)


@pytest.mark.rule("DEM-63")
def test_each_row_shows_who_owns_the_account_and_whom_to_talk_to(seller: Seller, yearly: Plan, seat: Service) -> None:
    account = build_account(seller, party=US, segment="north")
    build_subscription(account, yearly, seat)
    account.manager = User.objects.create(username="kim", first_name="Kim", last_name="Ode", email="kim@acme.example")
    account.save()
    Contact.objects.create(account=account, role="admin", name="Lou Vale", email="lou@customer.example")
    Contact.objects.create(account=account, role="billing", name="Someone Else", email="else@customer.example")
    bare = build_account(seller, external_id="A-2", party=US)
    rows = read(seller)
    assert rows["A-1"].account[1:] == (
        "A-1", "Customer A-1", "USD", "managed", "north",
        "Kim Ode", "kim@acme.example", "Lou Vale", "lou@customer.example",
    )  # fmt: skip
    assert rows["A-1"].plans == ("Yearly",)
    assert rows[bare.external_id].account[6:] == ("", "", "", "") and rows["A-2"].plans == ()
    for text in ("kim o", "KIM@ACME", "lou v", "lou@", "a-1", "Customer A-1"):
        assert set(read(seller, search=text)) == {"A-1"}, text
    assert read(seller, search="someone else") == {}
    assert set(read(seller, manager_email="Kim@acme.example")) == {"A-1"}
    (line,) = csv.DictReader(
        write_billing_csv(seller, month=MARCH, as_of=MARCH, filters=BillingFilters(search="a-1"), actor=ACTOR)
    )
    assert (line["manager_name"], line["manager_email"]) == ("Kim Ode", "kim@acme.example")
    assert (line["admin_contact_name"], line["admin_contact_email"]) == ("Lou Vale", "lou@customer.example")


@pytest.fixture
def company(seller: Seller, yearly: Plan, seat: Service) -> Seller:
    """Five accounts, one of each class but trial, and what they are billed: 1,800.00 a year or 150.00 a month."""
    monthly = build_plan(seller)
    given = build_service(seller, code="gift", unit_price="0.00")
    free = build_account(seller, external_id="free", party=US)
    comped = build_account(seller, external_id="comped", party=US)
    paying = build_account(seller, external_id="paying", party=US, billing_mode="self_serve", segment="north")
    managed = build_account(seller, external_id="managed", party=US)
    refused = build_account(seller, external_id="unclassified", party=US, billing_mode="self_serve")
    build_subscription(free, monthly, given)
    (service,) = build_subscription(comped, monthly, seat)
    build_discount(service, value="100")
    for account, plan in ((paying, monthly), (managed, yearly), (refused, monthly)):
        build_subscription(account, plan, seat)
    save_method(paying, GOOD_CARD)
    save_method(refused, EXPIRED_CARD)
    *_, collected, _, declined = bill(seller)
    charge(collected)
    charge(declined)
    return seller


@pytest.mark.rule("DEM-35", "DEM-40")
def test_every_account_has_one_class_and_what_it_adds_to_mrr(company: Seller) -> None:
    assert {name: row.revenue for name, row in read(company).items()} == {
        "free": ("free", 0, 0),
        "comped": ("comped", 0, 0),
        "paying": ("paying", 150_00, 150_00),
        "managed": ("managed", 150_00, 0),
        "unclassified": ("unclassified", 150_00, 0),
    }


def test_totals_are_the_sums_of_the_rows_and_follow_the_filters(company: Seller) -> None:
    def total(**asked: str) -> tuple[object, ...]:
        found = compute_billing_totals(
            company, month=MARCH, as_of=date(2026, 4, 10), filters=BillingFilters(**asked), actor=ACTOR
        )
        return found[0] if found else ()

    everything = total()
    assert everything[:9] == ("USD", 5, 2_100_00, 0, 450_00, 150_00, 1_950_00, 1_950_00, 3)
    assert everything[9:11] == (0, 0)
    assert everything[11] == (
        ("free", 1), ("trial", 0), ("comped", 1), ("paying", 1), ("managed", 1), ("unclassified", 1),
    )  # fmt: skip
    assert total(revenue_class="managed")[:5] == ("USD", 1, 1_800_00, 0, 150_00)
    assert total(billing_mode="self_serve")[1:3] == (2, 300_00)
    assert total(segment="north")[1:3] == (1, 150_00)
    assert total(plan="yearly")[1:3] == (1, 1_800_00)
    assert total(search="no such") == ()


def test_drafts_stand_apart_until_they_are_posted(seller: Seller, yearly: Plan, seat: Service) -> None:
    build_subscription(build_account(seller, party=US), yearly, seat)
    bill(seller, post=False)
    assert read(seller)["A-1"].asked == (0, 1_800_00)
    assert read(seller)["A-1"].owed == (0, 0)


def test_what_is_owed_is_overdue_from_the_day_after_it_was_due(seller: Seller, yearly: Plan, seat: Service) -> None:
    build_subscription(build_account(seller, party=US, net_terms_days=14), yearly, seat)
    (invoice,) = bill(seller)
    transfer(invoice, 800_00, on=MARCH)
    assert read(seller, as_of=date(2026, 3, 15))["A-1"].owed == (1_000_00, 0)
    assert read(seller, as_of=date(2026, 3, 16))["A-1"].owed == (1_000_00, 1_000_00)
    assert read(seller, month=date(2026, 4, 1), as_of=date(2026, 4, 2))["A-1"].asked == (0, 0)


@pytest.mark.rule("DEM-37")
def test_mrr_follows_price_quantity_override_and_discount(seller: Seller) -> None:
    seats = build_service(seller, code="seats", unit_price="9.99", price_model="per_unit")
    account = build_account(seller, party=US)
    (service,) = build_subscription(account, build_plan(seller, interval_months=3), seats, quantity="7")
    assert read(seller)["A-1"].revenue.mrr_forecast_minor == 69_93
    build_discount(service, value="10")
    assert read(seller)["A-1"].revenue.mrr_forecast_minor == 62_94
    SubscriptionService.objects.update(unit_price_override=Decimal("25.00"))
    assert read(seller)["A-1"].revenue.mrr_forecast_minor == 52_50


def test_what_ended_or_rests_is_worth_nothing_and_what_was_canceled_lasts_until_its_end(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    build_subscription(build_account(seller, party=US), yearly, seat)

    def after(on: date, **changed: object) -> tuple[tuple[str, ...], int]:
        Subscription.objects.update(**changed)
        row = read(seller, month=on, as_of=on)["A-1"]
        return row.plans, row.revenue.mrr_forecast_minor

    assert after(MARCH, status="on_hold") == (("Yearly",), 0)
    canceled = {"status": "canceled", "ends_on": date(2026, 3, 20)}
    assert after(date(2026, 3, 19), **canceled) == (("Yearly",), 150_00)
    assert after(date(2026, 3, 20), **canceled) == ((), 0)
    assert after(MARCH, status="canceled", ends_on=None) == ((), 0)


def test_a_service_without_a_price_is_told_and_leaves_the_rest_alone(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    other = build_service(seller, code="extra", unit_price="1.00")
    build_subscription(build_account(seller, party=US), yearly, seat, other)
    Price.objects.filter(service=other).update(valid_from=date(2030, 1, 1))
    row = read(seller)["A-1"]
    assert row.revenue.mrr_forecast_minor == 150_00
    assert "Extra" in row.note and "2026-03-01" in row.note


@pytest.mark.rule("DEM-39")
def test_a_past_month_is_shown_by_its_own_prices_and_a_month_to_come_is_refused(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    build_subscription(build_account(seller, party=US), yearly, seat, starts_on=date(2026, 2, 1))
    assert read(seller, month=date(2026, 1, 1))["A-1"].revenue == ("unclassified", 0, 0)
    assert read(seller, month=date(2026, 2, 1))["A-1"].revenue.mrr_forecast_minor == 150_00
    with pytest.raises(MonthNotBegun, match="April 2026 has not begun"):
        read(seller, month=date(2026, 4, 1))


def test_a_class_that_is_none_is_refused(seller: Seller) -> None:
    with pytest.raises(FilterUnknown, match="There is no revenue class 'rich'"):
        read(seller, revenue_class="rich")


def build_accounts(seller: Seller, plan: Plan, seat: Service, names: list[str]) -> list[Account]:
    accounts = [build_account(seller, external_id=name, party={**US, "name": "Same Name"}) for name in names]
    for account in accounts:
        build_subscription(account, plan, seat)
    return accounts


def test_pages_follow_each_other_without_gap_or_overlap_even_under_one_name(
    seller: Seller, yearly: Plan, seat: Service
) -> None:
    build_accounts(seller, yearly, seat, [f"A-{number}" for number in range(7)])
    for filters in (BillingFilters(), BillingFilters(revenue_class="managed")):
        seen: list[str] = []
        after_id = 0
        while rows := list_billing_rollup(
            seller, month=MARCH, as_of=MARCH, filters=filters, after_id=after_id, limit=3, actor=ACTOR
        ):
            assert len(rows) <= 3
            seen += [row.account.external_id for row in rows]
            after_id = rows[-1].key
        assert seen == [f"A-{number}" for number in range(7)]


def test_a_page_costs_the_same_number_of_queries_whatever_its_size(seller: Seller, yearly: Plan, seat: Service) -> None:
    build_accounts(seller, yearly, seat, [f"A-{number}" for number in range(8)])
    bill(seller)

    def count(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(list_billing_rollup(seller, month=MARCH, as_of=MARCH, limit=limit, actor=ACTOR)) == limit
        return len(queries)

    assert count(1) == count(8)


def test_the_csv_has_every_account_with_plain_amounts(company: Seller) -> None:
    lines = list(csv.DictReader(write_billing_csv(company, month=MARCH, as_of=MARCH, actor=ACTOR)))
    assert [line["account"] for line in lines] == ["comped", "free", "managed", "paying", "unclassified"]
    managed = lines[2]
    assert (managed["should_pay"], managed["mrr_forecast"], managed["mrr_confirmed"]) == ("1800.00", "150.00", "0.00")
    assert (managed["plans"], managed["revenue_class"], managed["currency"]) == ("Yearly", "managed", "USD")


def test_nobody_reads_the_rollup_without_permission(seller: Seller) -> None:
    nobody = Actor(kind="staff", id="1", label="Nobody")
    for read_it in (list_billing_rollup, compute_billing_totals, write_billing_csv):
        with pytest.raises(Forbidden, match="rollups"):
            read_it(seller, month=MARCH, as_of=MARCH, actor=nobody)
