"""Subscriptions on the database, one at a time: created, canceled, ended, and found when due."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, models, transaction

from tallystick.accounts.errors import AccountUnknown
from tallystick.catalog.models import Plan
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import BillingRule, Seller
from tallystick.subscriptions.core import new_subscription as limits
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription
from tallystick.subscriptions.errors import (
    EndNotPossible,
    SubscriptionExists,
    SubscriptionInvalid,
    SubscriptionUnknown,
    WrongSubscriptionState,
)
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.operations.end_due_subscriptions import end_due_subscriptions
from tallystick.subscriptions.operations.move_billed_through import move_billed_through
from tallystick.subscriptions.queries import due_accounts_sql, list_discounts, list_due_services
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
SEAT = NewService("seat", MARCH, quantity=Decimal(3))
NEW = NewSubscription("S-1", account="A-1", plan="basic", services=(SEAT,), starts_on=MARCH)


@pytest.fixture
def seller() -> Seller:
    seller = build_seller()
    build_service(seller, code="seat", price_model="per_unit")
    build_service(seller, code="setup", kind="one_off")
    build_plan(seller, code="basic")
    fill_plan(seller, "basic", mandatory=["seat"], optional=["setup"])
    build_account(seller, external_id="A-1", anchor_day=15)
    return seller


def create(seller: Seller, new: NewSubscription = NEW) -> Subscription:
    return create_subscription(seller, subscription=new, at=AT, actor=ACTOR)


def list_events(subscription: Subscription) -> list[tuple[str, str, str]]:
    events = SubscriptionEvent.objects.filter(subscription=subscription).order_by("pk")
    return list(events.values_list("event", "from_status", "to_status"))


def list_due(subscription: Subscription, on: date) -> list[tuple[date, date | None]]:
    due = list_due_services([subscription.account_id], target_on=on)
    with connection.cursor() as cursor:
        cursor.execute(*due_accounts_sql(on))
        assert {row[0] for row in cursor.fetchall()} == {each.account_id for each in due}
    return [(each.billed_through, each.ends_on) for each in due]


@pytest.mark.rule("UNI-12")
def test_a_subscription_cycles_on_the_accounts_anchor_day(seller: Seller) -> None:
    subscription = create(seller)
    assert (subscription.anchor_day, subscription.cycle_origin_on) == (15, date(2026, 3, 15))
    other = create(seller, NEW._replace(external_id="S-2", anchor_day=31, interval_months=12))
    assert (other.anchor_day, other.cycle_origin_on, other.interval_months) == (31, date(2026, 3, 31), 12)


def test_it_is_active_from_the_start_and_says_who_made_it(seller: Seller) -> None:
    subscription = create(seller, NEW._replace(starts_on=MAY, services=(SEAT._replace(starts_on=MAY),)))
    assert subscription.status == "active"
    assert list_events(subscription) == [("create", "", "active")]
    event = SubscriptionEvent.objects.get()
    assert (event.actor_kind, event.actor_label, event.at) == ("system", "a test", AT)


def test_services_are_as_agreed(seller: Seller) -> None:
    discounts = (NewDiscount("percent", Decimal(10), "Launch", MARCH, MAY), NewDiscount("amount", Decimal("-1.5")))
    seat = SEAT._replace(unit_price_override=Decimal("9.99"), description="Desk", discounts=discounts)
    setup = NewService("setup", MARCH)
    subscription = create(seller, NEW._replace(services=(seat, setup)))
    first, second = SubscriptionService.objects.filter(subscription=subscription).order_by("pk")
    assert (first.quantity, first.unit_price_override, first.description) == (Decimal(3), Decimal("9.99"), "Desk")
    assert (first.is_mandatory, second.is_mandatory) == (True, False)
    assert (first.external_id, first.billed_through, first.ends_on) == ("seat", MARCH, None)
    assert second.ends_on == date(2026, 3, 2)
    assert list_discounts([first.pk, second.pk]) == {
        first.pk: (("percent", Decimal(10), MARCH, MAY, "Launch"), ("amount", Decimal("-1.5"), None, None, "Discount"))
    }


def test_an_account_has_a_subscription_of_an_id_once(seller: Seller) -> None:
    create(seller)
    with pytest.raises(SubscriptionExists):
        create(seller)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"plan": "gold"}, "plan: there is no plan 'gold'"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on: must not be before the start on 2026-03-01"),
        (
            {"services": (SEAT._replace(quantity=Decimal(-1)),)},
            r"services\.0\.quantity: must not be negative, but is -1",
        ),
        ({"services": (SEAT._replace(service="phone"),)}, "there is no service 'phone'"),
        ({"is_canceled": True, "ends_on": APRIL}, "can't be canceled before it began"),
    ],
)
def test_mistakes_are_refused_with_the_reason(seller: Seller, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(SubscriptionInvalid, match=reason):
        create(seller, NEW._replace(**changes))
    assert not Subscription.objects.exists()


def test_an_account_in_another_currency_finds_no_price(seller: Seller) -> None:
    build_account(seller, external_id="A-2", currency="USD")
    with pytest.raises(
        SubscriptionInvalid, match="seat has no price in USD, the account's currency; it is priced in EUR"
    ):
        create(seller, NEW._replace(account="A-2"))


def test_an_unknown_account_is_refused(seller: Seller) -> None:
    with pytest.raises(AccountUnknown):
        create(seller, NEW._replace(account="A-9"))


def test_what_is_not_billed_is_due_from_its_start_on(seller: Seller) -> None:
    subscription = create(seller)
    assert list_due(subscription, date(2026, 2, 28)) == []
    assert list_due(subscription, MARCH) == [(MARCH, None)]
    service = SubscriptionService.objects.get()
    move_billed_through([(service.pk, MARCH, APRIL)])
    assert list_due(subscription, date(2026, 3, 31)) == []
    assert list_due(subscription, APRIL) == [(APRIL, None)]


def test_what_another_system_billed_is_not_due_again(seller: Seller) -> None:
    subscription = create(seller, NEW._replace(services=(SEAT._replace(billed_elsewhere_until=APRIL),)))
    assert list_due(subscription, MARCH) == []
    assert list_due(subscription, APRIL) == [(APRIL, None)]


@pytest.mark.parametrize("status", ["draft", "awaiting_start", "resting", "on_hold", "suspended"])
def test_days_that_cost_nothing_are_not_due(seller: Seller, status: str) -> None:
    subscription = create(seller)
    Subscription.objects.update(status=status)
    assert list_due(subscription, APRIL) == []


def test_a_canceled_subscription_owes_its_days_until_the_end(seller: Seller) -> None:
    subscription = create(seller)
    end = date(2026, 2, 20)
    with pytest.raises(EndNotPossible, match="it starts on 2026-03-01"):
        cancel_subscription(subscription.pk, ends_on=end, reason="", at=AT, actor=ACTOR)
    # AT is 1 March: an end on that day is reached.
    cancel_subscription(subscription.pk, ends_on=MARCH, reason="moved away", at=AT, actor=ACTOR)
    assert list_due(subscription, MAY) == []
    subscription.refresh_from_db()
    assert subscription.status == "canceled"
    assert list_events(subscription)[-1] == ("cancel", "active", "canceled")
    assert SubscriptionEvent.objects.order_by("pk").last().reason == "moved away"  # type: ignore[union-attr]
    assert SubscriptionService.objects.get().status == "ended"


@pytest.mark.parametrize(
    ("of_seller", "of_plan", "first_day_without"),
    [(False, "", 20), (True, "", 21), (True, "free", 20), (False, "billed", 21)],
)
def test_whether_the_day_of_a_cancellation_is_billed_is_said_by_the_plan_or_else_by_the_seller(
    seller: Seller, of_seller: bool, of_plan: str, first_day_without: int
) -> None:
    subscription = create(seller)
    BillingRule.objects.update(bills_cancellation_day=of_seller)
    Plan.objects.update(cancellation_day=of_plan)
    canceled = cancel_subscription(subscription.pk, canceled_on=date(2026, 3, 20), reason="moved", at=AT, actor=ACTOR)
    assert canceled.ends_on == date(2026, 3, first_day_without)
    assert list_due(subscription, APRIL) == [(MARCH, date(2026, 3, first_day_without))]


def test_a_cancellation_says_its_day_or_the_first_day_without_service_and_not_both(seller: Seller) -> None:
    subscription = create(seller)
    for days in ({}, {"ends_on": APRIL, "canceled_on": APRIL}):
        with pytest.raises(InvalidInput):
            cancel_subscription(subscription.pk, reason="moved", at=AT, actor=ACTOR, **days)


def test_a_cancellation_in_the_future_waits_for_its_day(seller: Seller) -> None:
    subscription = create(seller)
    cancel_subscription(subscription.pk, ends_on=APRIL, reason="", at=AT, actor=ACTOR)
    subscription.refresh_from_db()
    assert subscription.status == "active"
    assert list_events(subscription)[-1] == ("schedule_cancel", "active", "active")
    assert end_due_subscriptions(seller, as_of=date(2026, 3, 31), at=AT, actor=ACTOR) == 0
    assert end_due_subscriptions(seller, as_of=APRIL, at=AT, actor=ACTOR) == 1
    assert end_due_subscriptions(seller, as_of=APRIL, at=AT, actor=ACTOR) == 0
    subscription.refresh_from_db()
    assert subscription.status == "canceled"
    assert list_events(subscription)[-1] == ("cancel", "active", "canceled")
    assert list_due(subscription, MAY) == [(MARCH, APRIL)]


def test_a_term_that_runs_out_expires(seller: Seller) -> None:
    subscription = create(seller, NEW._replace(ends_on=APRIL))
    assert end_due_subscriptions(seller, as_of=APRIL, at=AT, actor=ACTOR) == 1
    assert list_events(subscription)[-1] == ("expire", "active", "expired")
    assert SubscriptionService.objects.get().status == "ended"


def test_a_service_that_ends_alone_leaves_its_subscription_running(seller: Seller) -> None:
    subscription = create(seller, NEW._replace(services=(SEAT, NewService("setup", MARCH))))
    assert end_due_subscriptions(seller, as_of=APRIL, at=AT, actor=ACTOR) == 0
    assert list(SubscriptionService.objects.order_by("pk").values_list("status", flat=True)) == ["effective", "ended"]
    # The set-up was never billed: it is still due.
    assert len(list_due(subscription, APRIL)) == 2


def test_another_sellers_subscriptions_do_not_end_with_these(seller: Seller) -> None:
    create(seller, NEW._replace(ends_on=APRIL))
    assert end_due_subscriptions(build_seller(code="other"), as_of=MAY, at=AT, actor=ACTOR) == 0


def test_an_end_is_only_ever_moved_forward_in_time(seller: Seller) -> None:
    subscription = create(seller, NEW._replace(ends_on=APRIL))
    with pytest.raises(EndNotPossible, match="it ends on 2026-04-01 already"):
        cancel_subscription(subscription.pk, ends_on=MAY, reason="", at=AT, actor=ACTOR)


def test_what_is_canceled_is_not_canceled_again(seller: Seller) -> None:
    subscription = create(seller)
    cancel_subscription(subscription.pk, ends_on=MARCH, reason="", at=AT, actor=ACTOR)
    with pytest.raises(WrongSubscriptionState):
        cancel_subscription(subscription.pk, ends_on=MARCH, reason="", at=AT, actor=ACTOR)
    with pytest.raises(SubscriptionUnknown):
        cancel_subscription(10**9, ends_on=MARCH, reason="", at=AT, actor=ACTOR)


def test_what_happened_stays_as_it_was_written(seller: Seller) -> None:
    create(seller)
    for change in (
        lambda: SubscriptionEvent.objects.update(reason="x"),
        lambda: SubscriptionEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def test_the_due_services_of_many_accounts_come_in_one_query_in_order(
    seller: Seller, django_assert_num_queries: Callable[[int], Any]
) -> None:
    build_account(seller, external_id="A-2")
    for account, name in (("A-2", "S-3"), ("A-1", "S-2"), ("A-1", "S-1")):
        create(seller, NEW._replace(account=account, external_id=name, services=(SEAT, NewService("setup", MARCH))))
    ids = list(Subscription.objects.values_list("account_id", flat=True))
    with django_assert_num_queries(1):
        due = list_due_services(ids, target_on=MARCH)
    assert [each.subscription_external_id for each in due] == ["S-2", "S-2", "S-1", "S-1", "S-3", "S-3"]
    assert due[0].billing_model == "prebill_pay_after"
    keys = [(each.account_id, each.subscription_id, each.subscription_service_id) for each in due]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    "operate",
    [
        lambda seller: create_subscription(seller, subscription=NEW, at=AT, actor=NOBODY),
        lambda seller: cancel_subscription(1, ends_on=MARCH, reason="", at=AT, actor=NOBODY),
        lambda seller: end_due_subscriptions(seller, as_of=MARCH, at=AT, actor=NOBODY),
    ],
)
def test_only_who_may_changes_subscriptions(seller: Seller, operate: Callable[[Seller], Any]) -> None:
    with pytest.raises(PermissionMissing):
        operate(seller)


@pytest.mark.parametrize(
    ("model", "lengths"),
    [
        (Subscription, limits.SUBSCRIPTION_LIMITS),
        (SubscriptionService, limits.SERVICE_LIMITS),
        (ServiceDiscount, limits.DISCOUNT_LIMITS),
    ],
)
def test_texts_are_as_long_as_their_columns(model: type[models.Model], lengths: dict[str, int]) -> None:
    assert {name: model._meta.get_field(name).max_length for name in lengths} == lengths  # type: ignore[union-attr]
