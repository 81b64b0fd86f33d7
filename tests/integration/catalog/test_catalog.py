"""The catalog on the database."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import models

from tallystick.catalog.core import items as limits
from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.errors import (
    CatalogInvalid,
    PlanExists,
    PlanUnknown,
    PricesOverlap,
    PriceUnknown,
    ServiceExists,
    ServiceInPlan,
    ServiceUnknown,
)
from tallystick.catalog.models import Plan, PlanService, Price, Service
from tallystick.catalog.operations.add_plan_service import add_plan_service
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.create_service import create_service
from tallystick.catalog.operations.end_price import end_price
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import load_price_list
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, build_seller

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
SEAT, BASE, TEAM = (
    NewService("seat", "Seat", price_model="per_unit"),
    NewService("base", "Base"),
    NewPlan("team", "Team"),
)


def price(start: str, end: str | None = None, *, amount: str = "12.50", plan: str = "", months: int = 1) -> NewPrice:
    until = date.fromisoformat(end) if end else None
    return NewPrice("seat", "EUR", Decimal(amount), date.fromisoformat(start), plan, months, until)


ITEMS: list[CatalogItem] = [
    SEAT,
    BASE,
    TEAM,
    NewPlanService("team", "base", tier_level=1),
    NewPlanService("team", "seat", is_mandatory=False, requires="base", tier_level=2),
    price("2026-01-01", "2026-07-01"),
    price("2026-07-01", amount="13.00"),
    price("2026-01-01", amount="11.00", plan="team"),
]


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def test_the_price_list_holds_everything_in_memory(seller: Seller) -> None:
    upsert_catalog(seller, items=ITEMS, actor=ACTOR)
    found = load_price_list(seller.pk)
    seat = next(each for each in found.services.values() if each.code == "seat")
    base = next(each for each in found.services.values() if each.code == "base")
    (team,) = found.plans.values()
    assert (seat.price_model, seat.tax_category, seat.is_one_off) == ("per_unit", "standard", False)
    assert found.plan_services[team.plan_id, seat.service_id][2:] == (False, base.service_id, 2)
    own = found.list_prices(seat.service_id, plan_id=team.plan_id, currency="EUR", interval_months=1)
    assert [each.unit_price for each in own] == [Decimal(11)]
    general = found.list_prices(seat.service_id, plan_id=0, currency="EUR", interval_months=1)
    assert [(each.unit_price, each.valid_from) for each in general] == [
        (Decimal("12.5"), date(2026, 1, 1)),
        (Decimal(13), date(2026, 7, 1)),
    ]


def test_the_price_list_is_read_in_four_queries(
    seller: Seller, django_assert_num_queries: Callable[[int], Any]
) -> None:
    upsert_catalog(seller, items=ITEMS, actor=ACTOR)
    with django_assert_num_queries(4):
        load_price_list(seller.pk)


def test_a_catalog_put_in_twice_changes_nothing(seller: Seller) -> None:
    assert upsert_catalog(seller, items=ITEMS, actor=ACTOR)[:3] == (8, 0, 0)
    before = list(Price.objects.order_by("pk").values())
    assert upsert_catalog(seller, items=ITEMS, actor=ACTOR)[:3] == (0, 0, 8)
    assert list(Price.objects.order_by("pk").values()) == before


def test_what_is_there_is_changed_by_its_code(seller: Seller) -> None:
    upsert_catalog(seller, items=ITEMS, actor=ACTOR)
    changed = [
        NewService("seat", "Workplace", price_model="per_unit"),
        price("2026-07-01", amount="13.50"),
        *ITEMS[1:3],
    ]
    assert upsert_catalog(seller, items=changed, actor=ACTOR)[:3] == (0, 2, 2)
    assert Service.objects.get(code="seat").name == "Workplace"
    assert Price.objects.get(valid_from=date(2026, 7, 1)).unit_price == Decimal("13.5")


def test_a_wrong_item_lets_nothing_through_unless_it_may_be_skipped(seller: Seller) -> None:
    items = [*ITEMS, price("2026-06-30", amount="1.00")]
    outcome = upsert_catalog(seller, items=items, actor=ACTOR)
    assert outcome[:3] == (0, 0, 0)
    assert [(each.row, each.earlier_row, each.problem.field) for each in outcome.problems] == [(8, 5, "valid_from")]
    assert not Service.objects.exists()
    skipped = upsert_catalog(seller, items=items, actor=ACTOR, skips_invalid=True)
    assert (skipped.created, Price.objects.count()) == (8, 3)


def test_catalogs_of_two_sellers_have_nothing_to_do_with_each_other(seller: Seller) -> None:
    other = build_seller(code="other")
    upsert_catalog(seller, items=ITEMS, actor=ACTOR)
    assert upsert_catalog(other, items=ITEMS, actor=ACTOR).created == 8
    assert (
        upsert_catalog(other, items=[price("2027-01-01", plan="gone")], actor=ACTOR).problems[0].problem.field == "plan"
    )
    assert len(load_price_list(other.pk).services) == 2


def test_single_items_are_created_once(seller: Seller) -> None:
    create_service(seller, service=SEAT, actor=ACTOR)
    create_service(seller, service=BASE, actor=ACTOR)
    with pytest.raises(ServiceExists):
        create_service(seller, service=SEAT, actor=ACTOR)
    create_plan(seller, plan=TEAM, services=[NewPlanService("team", "base")], actor=ACTOR)
    with pytest.raises(PlanExists):
        create_plan(seller, plan=TEAM, actor=ACTOR)
    place = NewPlanService("team", "seat", is_mandatory=False, requires="base")
    assert add_plan_service(seller, place=place, actor=ACTOR).requires == Service.objects.get(code="base")
    with pytest.raises(ServiceInPlan):
        add_plan_service(seller, place=place, actor=ACTOR)


def test_a_plan_with_a_mistake_in_its_services_is_not_created(seller: Seller) -> None:
    with pytest.raises(CatalogInvalid, match="there is no service 'seat'"):
        create_plan(seller, plan=TEAM, services=[NewPlanService("team", "seat")], actor=ACTOR)
    assert not Plan.objects.exists()


def test_prices_never_share_a_day(seller: Seller) -> None:
    create_service(seller, service=SEAT, actor=ACTOR)
    first = create_price(seller, price=price("2026-01-01"), actor=ACTOR)
    with pytest.raises(PricesOverlap, match="2026-01-01: end that one first"):
        create_price(seller, price=price("2026-07-01"), actor=ACTOR)
    end_price(first.pk, valid_until=date(2026, 7, 1), actor=ACTOR)
    create_price(seller, price=price("2026-07-01"), actor=ACTOR)
    with pytest.raises(PricesOverlap):
        create_price(seller, price=price("2025-01-01", "2026-01-02"), actor=ACTOR)
    create_price(seller, price=price("2025-01-01", "2026-01-01"), actor=ACTOR)
    create_price(seller, price=price("2026-01-01", months=12), actor=ACTOR)


def test_a_price_only_ever_ends_earlier(seller: Seller) -> None:
    create_service(seller, service=SEAT, actor=ACTOR)
    kept = create_price(seller, price=price("2026-01-01", "2026-07-01"), actor=ACTOR)
    for day in (date(2026, 1, 1), date(2026, 8, 1)):
        with pytest.raises(CatalogInvalid):
            end_price(kept.pk, valid_until=day, actor=ACTOR)
    with pytest.raises(PriceUnknown):
        end_price(kept.pk + 1, valid_until=date(2026, 6, 1), actor=ACTOR)


def test_a_price_names_a_service_and_a_plan_that_are_there(seller: Seller) -> None:
    with pytest.raises(ServiceUnknown):
        create_price(seller, price=price("2026-01-01"), actor=ACTOR)
    create_service(seller, service=SEAT, actor=ACTOR)
    with pytest.raises(PlanUnknown):
        create_price(seller, price=price("2026-01-01", plan="team"), actor=ACTOR)


@pytest.mark.parametrize(
    "operate",
    [
        lambda seller: create_service(seller, service=SEAT, actor=NOBODY),
        lambda seller: create_plan(seller, plan=TEAM, actor=NOBODY),
        lambda seller: add_plan_service(seller, place=NewPlanService("team", "seat"), actor=NOBODY),
        lambda seller: create_price(seller, price=price("2026-01-01"), actor=NOBODY),
        lambda seller: end_price(1, valid_until=date(2026, 1, 1), actor=NOBODY),
        lambda seller: upsert_catalog(seller, items=ITEMS, actor=NOBODY),
    ],
)
def test_only_who_may_changes_the_catalog(seller: Seller, operate: Callable[[Seller], Any]) -> None:
    with pytest.raises(PermissionMissing):
        operate(seller)


@pytest.mark.parametrize(("model", "lengths"), [(Service, limits.SERVICE_LIMITS), (Plan, limits.PLAN_LIMITS)])
def test_texts_are_as_long_as_their_columns(model: type[models.Model], lengths: dict[str, int]) -> None:
    assert {name: model._meta.get_field(name).max_length for name in lengths} == lengths  # type: ignore[union-attr]


def test_a_service_stands_once_in_a_plan(seller: Seller) -> None:
    upsert_catalog(seller, items=ITEMS, actor=ACTOR)
    assert sorted(PlanService.objects.values_list("plan__code", "service__code")) == [
        ("team", "base"),
        ("team", "seat"),
    ]
