"""What can be wrong with a catalog: each item alone, items together, and against what is there already."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.catalog_check import CatalogItem, KnownCatalog, find_catalog_problems
from tallystick.catalog.core.consistency import find_overlaps, find_prerequisite_circle
from tallystick.catalog.core.items import NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.core.references import SoldService

NOTHING = KnownCatalog(services={}, plans=frozenset(), requires={}, prices=[])
SEAT, TEAM = NewService("seat", "Seat"), NewPlan("team", "Team")


def price(start: str, end: str | None = None, **options: object) -> NewPrice:
    until = date.fromisoformat(end) if end else None
    return NewPrice("seat", "EUR", Decimal("12.50"), date.fromisoformat(start), valid_until=until, **options)  # type: ignore[arg-type]


def faults(items: Sequence[CatalogItem], known: KnownCatalog = NOTHING) -> list[tuple[int, str, int | None]]:
    found = find_catalog_problems(items, known=known)
    return [(each.place, each.problem.field, each.earlier_place) for each in found]


def test_a_sound_catalog_has_no_problems_whatever_the_order_of_its_items() -> None:
    items: list[CatalogItem] = [price("2026-01-01"), NewPlanService("team", "seat"), TEAM, SEAT]
    assert faults(items) == []


@pytest.mark.parametrize(
    ("item", "field"),
    [
        (NewService("se at", "Seat"), "code"),
        (NewService("seat", " "), "name"),
        (NewService("seat", "Seat", kind="weekly"), "kind"),
        (NewService("seat", "Seat", price_model="tiered"), "price_model"),
        (NewService("seat", "Seat", tax_category="luxury"), "tax_category"),
        (NewPlan("team", "Team", billing_model="later"), "billing_model"),
        (NewPlan("team", "Team", interval_months=0), "interval_months"),
        (NewPlan("team", "Team", ranking_level=0), "ranking_level"),
        (NewPlan("team", "Team", proration_method="roughly"), "proration_method"),
    ],
)
def test_each_item_is_judged_alone(item: CatalogItem, field: str) -> None:
    assert faults([item]) == [(0, field, None)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [("-0.01", "negative"), ("1e12", "less than"), ("0.0000001", "6 decimals"), ("NaN", "number")],
)
def test_a_price_is_a_number_that_can_be_kept(text: str, reason: str) -> None:
    items: list[CatalogItem] = [SEAT, NewPrice("seat", "EUR", Decimal(text), date(2026, 1, 1))]
    (found,) = find_catalog_problems(items, known=NOTHING)
    assert found.problem.field == "unit_price" and reason in found.problem.reason


def test_what_is_sold_once_has_a_price_without_interval_and_what_recurs_has_one() -> None:
    once = NewService("seat", "Seat", kind="one_off")
    assert faults([once, price("2026-01-01", interval_months=0)]) == []
    assert faults([once, price("2026-01-01", interval_months=1)]) == [(1, "interval_months", None)]
    assert faults([SEAT, price("2026-01-01", interval_months=0)]) == [(1, "interval_months", None)]


def test_items_refer_to_what_is_given_or_there() -> None:
    assert faults([NewPlanService("team", "seat"), price("2026-01-01")]) == [
        (0, "service", None),
        (0, "plan", None),
        (1, "service", None),
    ]
    known = NOTHING._replace(services={"seat": SoldService("recurring", "per_unit")}, plans=frozenset({"team"}))
    assert faults([NewPlanService("team", "seat"), price("2026-01-01", plan="team")], known) == []


def test_what_refers_to_a_faulty_item_is_faulty_too() -> None:
    items: list[CatalogItem] = [NewService("seat", "", tax_category="luxury"), price("2026-01-01")]
    assert faults(items) == [(0, "name", None), (0, "tax_category", None), (1, "service", None)]


def test_an_item_given_twice_is_told_with_the_first_one() -> None:
    assert faults([SEAT, TEAM, SEAT, price("2026-01-01"), price("2026-01-01")]) == [(2, "code", 0), (4, "service", 3)]


def test_the_kind_of_a_service_that_is_there_does_not_change() -> None:
    known = NOTHING._replace(services={"seat": SoldService("one_off", "per_unit")})
    assert faults([SEAT], known) == [(0, "kind", None)]


def test_prices_of_one_key_share_no_day() -> None:
    first, second = price("2026-01-01", "2026-07-01"), price("2026-06-30")
    assert faults([SEAT, first, second]) == [(2, "valid_from", 1)]
    assert faults([SEAT, first, price("2026-07-01")]) == []
    assert faults([SEAT, TEAM, first, price("2026-03-01", plan="team")]) == []


def test_a_long_price_clashes_with_every_later_one() -> None:
    prices = [price("2026-01-01"), price("2026-02-01", "2026-03-01"), price("2026-04-01", "2026-05-01")]
    assert find_overlaps(prices) == [(1, 0), (2, 0)]


def test_a_new_price_is_at_fault_against_one_that_is_there_whichever_starts_later() -> None:
    known = NOTHING._replace(services={"seat": SoldService("recurring", "per_unit")}, prices=[price("2026-03-01")])
    assert faults([price("2026-01-01")], known) == [(0, "valid_from", None)]
    assert faults([price("2026-05-01")], known) == [(0, "valid_from", None)]
    # The same first day is the same price, given anew.
    assert faults([price("2026-03-01", "2026-05-01"), price("2026-05-01")], known) == []


@pytest.mark.rule("CRM-12")
def test_a_service_may_be_mandatory_in_one_plan_and_optional_in_another() -> None:
    items: list[CatalogItem] = [
        SEAT,
        TEAM,
        NewPlan("basic", "Basic"),
        NewPlanService("team", "seat", is_mandatory=True, tier_level=1),
        NewPlanService("basic", "seat", is_mandatory=False, tier_level=7),
    ]
    assert faults(items) == []


def test_a_prerequisite_is_in_the_same_plan() -> None:
    items: list[CatalogItem] = [SEAT, TEAM, NewService("base", "Base"), NewPlanService("team", "seat", requires="base")]
    assert faults(items) == [(3, "requires", None)]
    assert faults([*items, NewPlanService("team", "base")]) == []


def test_a_prerequisite_that_is_no_longer_there_takes_along_what_requires_it() -> None:
    # seat requires base, base requires a service that the plan lacks: both are told.
    services: list[CatalogItem] = [SEAT, NewService("base", "Base"), NewService("root", "Root")]
    places: list[CatalogItem] = [
        NewPlanService("team", "seat", requires="base"),
        NewPlanService("team", "base", requires="root"),
    ]
    assert faults([*services, TEAM, *places]) == [(4, "requires", None), (5, "requires", None)]


def test_prerequisites_do_not_lead_in_a_circle() -> None:
    services: list[CatalogItem] = [SEAT, NewService("base", "Base")]
    places: list[CatalogItem] = [
        NewPlanService("team", "seat", requires="base"),
        NewPlanService("team", "base", requires="seat"),
    ]
    (found,) = find_catalog_problems([*services, TEAM, *places], known=NOTHING)
    assert found.problem.reason == "leads in a circle: seat requires base requires seat"


def test_a_circle_is_found_behind_a_way_into_it() -> None:
    assert find_prerequisite_circle({"a": "b", "b": "c", "c": "b"}) == ["b", "c"]
    assert find_prerequisite_circle({"a": "b", "b": "c", "c": ""}) == []


def test_a_service_does_not_require_itself() -> None:
    items: list[CatalogItem] = [SEAT, TEAM, NewPlanService("team", "seat", requires="seat")]
    assert faults(items) == [(2, "requires", None)]
