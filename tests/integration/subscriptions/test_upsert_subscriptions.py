"""Subscriptions on the database, many at a time."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.new_subscription import NewDiscount, NewService, NewSubscription
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.operations.move_billed_through import move_billed_through
from tallystick.subscriptions.operations.upsert_subscriptions import upsert_subscriptions
from tests.support.builders import ACTOR, AT, build_account, build_plan, build_seller, build_service
from tests.support.catalogs import fill_plan

pytestmark = pytest.mark.django_db

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
SEAT, BASE = NewService("seat", MARCH), NewService("base", MARCH)

SUBSCRIPTION_FIELDS = (
    *("account__external_id", "plan__code", "external_id", "status", "collection_method", "interval_months"),
    *("anchor_day", "cycle_origin_on", "starts_on", "ends_on", "commitment_months", "is_invoiced_separately"),
    "created_at",
)
SERVICE_FIELDS = (
    *("account__external_id", "subscription__external_id", "service__code", "external_id", "status", "quantity"),
    *("unit_price_override", "description", "is_mandatory", "starts_on", "ends_on", "billed_through"),
    *("billed_elsewhere_until", "first_active_on", "created_at"),
)
DISCOUNT_FIELDS = ("subscription_service__external_id", "position", "kind", "value", "label", "from_on", "until_on")


@pytest.fixture
def seller() -> Seller:
    seller = build_seller()
    for code in ("base", "seat"):
        build_service(seller, code=code, price_model="per_unit")
    build_service(seller, code="setup", kind="one_off")
    build_plan(seller, code="basic")
    fill_plan(seller, "basic", mandatory=["base"], optional=["seat", "setup"])
    for number in range(3):
        build_account(seller, external_id=f"A-{number}", anchor_day=15)
    return seller


def make(number: int = 0, *services: NewService, **terms: Any) -> NewSubscription:
    return NewSubscription(f"S-{number}", f"A-{number}", "basic", services or (BASE, SEAT), MARCH, **terms)


def upsert(seller: Seller, *subscriptions: NewSubscription, **options: Any) -> tuple[int, int, int]:
    outcome = upsert_subscriptions(seller, subscriptions=subscriptions, at=AT, actor=ACTOR, **options)
    assert list(outcome.problems) == []
    return outcome.created, outcome.updated, outcome.unchanged


def dump() -> list[tuple[Any, ...]]:
    return [
        *Subscription.objects.order_by("account", "external_id").values_list(*SUBSCRIPTION_FIELDS),
        *SubscriptionService.objects.order_by("account", "external_id").values_list(*SERVICE_FIELDS),
        *ServiceDiscount.objects.order_by("subscription_service", "position").values_list(*DISCOUNT_FIELDS),
    ]


def list_events(number: int = 0) -> list[tuple[str, str, str]]:
    events = SubscriptionEvent.objects.filter(subscription__external_id=f"S-{number}").order_by("pk")
    return list(events.values_list("event", "from_status", "to_status"))


def test_subscriptions_put_in_twice_change_nothing(seller: Seller) -> None:
    discount = NewDiscount("percent", Decimal(10), "Launch", MARCH, MAY)
    rows = [make(0), make(1, BASE._replace(discounts=(discount,))), make(2, BASE, NewService("setup", MARCH))]
    assert upsert(seller, *rows) == (5, 0, 0)
    before, events = dump(), SubscriptionEvent.objects.count()
    assert upsert(seller, *rows) == (0, 0, 5)
    assert dump() == before
    assert SubscriptionEvent.objects.count() == events == 3


def test_a_bulk_row_makes_what_creating_one_subscription_makes(seller: Seller) -> None:
    base = NewService(
        "base",
        APRIL,
        ends_on=date(2026, 9, 1),
        quantity=Decimal("2.5"),
        unit_price_override=Decimal("9.99"),
        description="Desk",
        external_id="desk",
        billed_elsewhere_until=MAY,
        discounts=(NewDiscount("amount", Decimal("-1.25"), "Extra", APRIL, None), NewDiscount("percent", Decimal(5))),
    )
    terms: dict[str, Any] = {
        "ends_on": date(2026, 7, 1),
        "interval_months": 3,
        "anchor_day": 31,
        "commitment_months": 12,
    }
    terms |= {"collection_method": "remittance", "is_invoiced_separately": True}
    new = make(0, base, NewService("setup", MARCH), **terms)
    create_subscription(seller, subscription=new, at=AT, actor=ACTOR)
    single = dump()
    upsert(seller, make(1, *new.services, **terms))
    renamed = {"A-1": "A-0", "S-1": "S-0"}
    bulk = [tuple(renamed.get(str(value), value) for value in row) for row in dump()]
    assert len(single) == 5
    assert sorted(map(repr, bulk)) == sorted(map(repr, single * 2))
    assert list_events(0) == list_events(1)


def test_what_changed_is_counted_by_service_and_noted_by_subscription(seller: Seller) -> None:
    upsert(seller, make(0), make(1), make(2))
    rows = [
        make(0, BASE._replace(quantity=Decimal(2)), SEAT),
        make(1, commitment_months=12),
        make(2, BASE, SEAT, NewService("setup", APRIL)),
    ]
    # One service of the first; both of the second, whose subscription changed; a new one in the third.
    assert upsert(seller, *rows, reason="a better offer") == (1, 3, 3)
    assert SubscriptionService.objects.get(subscription__external_id="S-0", external_id="base").quantity == 2
    assert list_events(1) == [("create", "", "active"), ("change", "active", "active")]
    assert SubscriptionEvent.objects.get(event="change").reason == "a better offer"


@pytest.mark.parametrize(
    "discounts",
    [
        (),
        (NewDiscount("percent", Decimal(20), "Launch", MARCH, MAY),),
        (NewDiscount("percent", Decimal(10), "Launch", MARCH, None),),
        (NewDiscount("percent", Decimal(10), "Launch", MARCH, MAY), NewDiscount("amount", Decimal(1))),
    ],
)
def test_changed_discounts_replace_those_before(seller: Seller, discounts: tuple[NewDiscount, ...]) -> None:
    before = BASE._replace(discounts=(NewDiscount("percent", Decimal(10), "Launch", MARCH, MAY),))
    upsert(seller, make(0, before, SEAT))
    assert upsert(seller, make(0, BASE._replace(discounts=discounts), SEAT)) == (0, 1, 1)
    assert list(ServiceDiscount.objects.order_by("position").values_list("value", "until_on")) == [
        (each.value, each.until_on) for each in discounts
    ]


def test_services_that_are_not_among_the_rows_stay(seller: Seller) -> None:
    upsert(seller, make(0))
    assert upsert(seller, make(0, BASE)) == (0, 0, 1)
    assert SubscriptionService.objects.count() == 2


def test_before_anything_is_billed_the_start_may_move_and_billing_with_it(seller: Seller) -> None:
    upsert(seller, make(0))
    later = tuple(each._replace(starts_on=APRIL) for each in (BASE, SEAT))
    assert upsert(seller, make(0, *later)._replace(starts_on=APRIL)) == (0, 2, 0)
    assert set(SubscriptionService.objects.values_list("starts_on", "billed_through")) == {(APRIL, APRIL)}
    assert Subscription.objects.get().cycle_origin_on == date(2026, 4, 15)


def test_what_is_billed_keeps_its_start_and_how_far_it_is_billed(seller: Seller) -> None:
    upsert(seller, make(0))
    billed = SubscriptionService.objects.get(external_id="base")
    move_billed_through([(billed.pk, MARCH, APRIL)])
    outcome = upsert_subscriptions(
        seller, subscriptions=[make(0, BASE._replace(starts_on=APRIL), SEAT)], at=AT, actor=ACTOR
    )
    assert [(each.row, each.part, each.problem.field) for each in outcome.problems] == [(0, 0, "starts_on")]
    assert upsert(seller, make(0, BASE._replace(quantity=Decimal(9)), SEAT)) == (0, 1, 1)
    billed.refresh_from_db()
    assert (billed.quantity, billed.billed_through) == (Decimal(9), APRIL)


def test_a_new_subscription_may_be_canceled_already(seller: Seller) -> None:
    upsert(seller, make(0, BASE._replace(billed_elsewhere_until=APRIL), ends_on=APRIL, is_canceled=True))
    assert list_events() == [("create", "", "active"), ("cancel", "active", "canceled")]
    service = SubscriptionService.objects.get()
    assert (service.status, service.ends_on, service.billed_through) == ("ended", APRIL, APRIL)


def test_canceling_one_that_is_there_ends_all_its_services_once(seller: Seller) -> None:
    upsert(seller, make(0, BASE, SEAT, NewService("setup", MARCH)))
    canceled = make(0, BASE, ends_on=APRIL, is_canceled=True)
    assert upsert(seller, canceled) == (0, 1, 0)
    assert list_events()[1:] == [("change", "active", "active"), ("cancel", "active", "canceled")]
    assert list(SubscriptionService.objects.order_by("pk").values_list("status", "ends_on")) == [
        ("ended", APRIL),
        ("ended", APRIL),
        ("ended", date(2026, 3, 2)),
    ]
    before = dump()
    assert upsert(seller, canceled) == (0, 0, 1)
    assert dump() == before


def test_a_canceled_one_does_not_come_back(seller: Seller) -> None:
    upsert(seller, make(0, ends_on=APRIL, is_canceled=True))
    outcome = upsert_subscriptions(seller, subscriptions=[make(0)], at=AT, actor=ACTOR)
    assert [each.problem.field for each in outcome.problems] == ["status"]


def test_everything_wrong_is_told_by_row_and_service_and_nothing_is_written(seller: Seller) -> None:
    rows = [
        make(0),
        make(0),
        make(1, BASE, SEAT._replace(quantity=Decimal(-1), ends_on=date(2026, 2, 1))),
        make(2)._replace(plan="gold", account="A-9"),
        make(2, SEAT),
    ]
    outcome = upsert_subscriptions(seller, subscriptions=rows, at=AT, actor=ACTOR)
    assert [(each.row, each.part, each.problem.field, each.earlier_row) for each in outcome.problems] == [
        (1, None, "subscription", 0),
        (2, 1, "quantity", None),
        (2, 1, "ends_on", None),
        (3, None, "account", None),
        (3, None, "plan", None),
        (4, None, "service", None),
    ]
    assert dump() == []


def test_a_subscription_with_a_mistake_is_skipped_whole(seller: Seller) -> None:
    rows = [make(0, BASE, SEAT._replace(quantity=Decimal(-1))), make(1)]
    outcome = upsert_subscriptions(seller, subscriptions=rows, at=AT, actor=ACTOR, skips_invalid=True)
    assert outcome[:3] == (2, 0, 0)
    assert list(Subscription.objects.values_list("external_id", flat=True)) == ["S-1"]


def test_only_who_may_writes_subscriptions(seller: Seller) -> None:
    with pytest.raises(PermissionMissing):
        upsert_subscriptions(seller, subscriptions=[make(0)], at=AT, actor=Actor(kind="staff", id="1", label="Viewer"))
