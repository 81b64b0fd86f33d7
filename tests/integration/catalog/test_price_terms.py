"""Tiers, packages, percentages, frequencies, families and list prices on the database."""

from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import NewPlan, NewPrice, NewService
from tallystick.catalog.core.list_price import ListPriceRule
from tallystick.catalog.core.tiers import Tier, parse_tiers
from tallystick.catalog.errors import CatalogInvalid, InvalidListPrice, NotYearly, PricesOverlap, PriceUnknown
from tallystick.catalog.models import Plan, Price
from tallystick.catalog.operations.create_monthly_price import create_monthly_price
from tallystick.catalog.operations.create_plan import create_plan
from tallystick.catalog.operations.create_price import create_price
from tallystick.catalog.operations.set_list_price_rule import set_list_price_rule
from tallystick.catalog.operations.upsert_catalog import upsert_catalog
from tallystick.catalog.queries import get_list_price_rule, list_plan_moves, load_price_list
from tallystick.plumbing.actor import Actor, PermissionMissing
from tallystick.sellers.models import Seller
from tests.support.builders import ACTOR, build_seller
from tests.support.priced_company import CATALOG, SINCE

pytestmark = pytest.mark.django_db

NOBODY = Actor(kind="staff", id="1", label="Viewer")
TIERS = parse_tiers("10=9.00 more=8.00")


@pytest.fixture
def seller() -> Seller:
    return build_seller()


def faults(seller: Seller, *items: CatalogItem) -> list[str]:
    outcome = upsert_catalog(seller, items=items, actor=ACTOR)
    return [each.problem.field for each in outcome.problems]


def test_everything_that_belongs_to_a_price_comes_back_as_it_was_given(seller: Seller) -> None:
    assert faults(seller, *CATALOG) == []
    found = load_price_list(seller.pk)
    by_code = {found.services[key[0]].code: prices[0] for key, prices in found.prices.items()}
    assert by_code["seat"].tiers == (Tier(Decimal(10), Decimal(9)), Tier(None, Decimal(8), Decimal(5)))
    assert by_code["base"].minimum_price == 25
    assert by_code["mail"].package_size == 1000
    assert by_code["care"].percent_of == ("base", "seat")


def test_the_same_catalog_again_changes_nothing(seller: Seller) -> None:
    upsert_catalog(seller, items=CATALOG, actor=ACTOR)
    again = upsert_catalog(seller, items=CATALOG, actor=ACTOR)
    assert (again.created, again.updated, again.unchanged) == (0, 0, len(CATALOG))


@pytest.mark.parametrize(
    ("price", "field"),
    [
        (NewPrice("seat", "EUR", Decimal(0), SINCE), "tiers"),
        (NewPrice("seat", "EUR", Decimal(1), SINCE, tiers=TIERS), "unit_price"),
        (NewPrice("seat", "EUR", Decimal(0), SINCE, tiers=parse_tiers("10=1 5=1 more=1")), "tiers"),
        (NewPrice("seat", "EUR", Decimal(0), SINCE, tiers=parse_tiers("10=1 20=1")), "tiers"),
        (NewPrice("base", "EUR", Decimal(1), SINCE, tiers=TIERS), "tiers"),
        (NewPrice("mail", "EUR", Decimal(1), SINCE), "package_size"),
        (NewPrice("mail", "EUR", Decimal(1), SINCE, package_size=Decimal(0)), "package_size"),
        (NewPrice("base", "EUR", Decimal(1), SINCE, package_size=Decimal(5)), "package_size"),
        (NewPrice("care", "EUR", Decimal(1001), SINCE), "unit_price"),
        (NewPrice("care", "EUR", Decimal(5), SINCE, percent_of=("nothing",)), "percent_of"),
        (NewPrice("care", "EUR", Decimal(5), SINCE, percent_of=("care",)), "percent_of"),
        (NewPrice("care", "EUR", Decimal(5), SINCE, minimum_price=Decimal(1)), "minimum_price"),
        (NewPrice("base", "EUR", Decimal(5), SINCE, minimum_price=Decimal(-1)), "minimum_price"),
        (NewPrice("base", "EUR", Decimal(5), SINCE, interval_days=7), "interval_days"),
    ],
)
def test_a_price_has_what_its_model_reads_and_nothing_else(seller: Seller, price: NewPrice, field: str) -> None:
    services = [item for item in CATALOG if isinstance(item, NewService)]
    assert faults(seller, *services, price) == [field]
    assert faults(seller, *services) == []
    with pytest.raises(CatalogInvalid) as refusal:
        create_price(seller, price=price, actor=ACTOR)
    assert [problem.field for problem in refusal.value.problems] == [field]


def test_a_service_with_prices_keeps_the_way_in_which_it_is_priced(seller: Seller) -> None:
    assert faults(seller, *CATALOG) == []
    assert faults(seller, NewService("seat", "Seat", price_model="volume")) == ["price_model"]
    assert faults(seller, NewService("base", "Base", price_model="per_unit")) == []


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (NewPlan("a", "A", interval_months=1, interval_days=7), "interval_days"),
        (NewPlan("a", "A", interval_months=0), "interval_months"),
        (NewPlan("a", "A", tier_level=1), "tier_level"),
        (NewPlan("a", "A", trial_days=3, trial_periods=1), "trial_periods"),
        (NewPlan("a", "A", cycle_method="sometimes"), "cycle_method"),
        (NewPlan("a", "A", change_day="both"), "change_day"),
    ],
)
def test_what_makes_no_sense_in_a_plan_is_told(seller: Seller, plan: NewPlan, field: str) -> None:
    assert faults(seller, plan) == [field]
    with pytest.raises(CatalogInvalid):
        create_plan(seller, plan=plan, actor=ACTOR)


def test_one_plan_has_a_level_of_a_family_and_plans_may_change_places(seller: Seller) -> None:
    small, large = (NewPlan(code, code, family="seats", tier_level=n) for n, code in enumerate(("small", "large"), 1))
    assert faults(seller, small, large) == []
    assert faults(seller, NewPlan("other", "Other", family="seats", tier_level=2)) == ["tier_level"]
    swapped = [
        NewPlan("small", "small", family="seats", tier_level=2),
        NewPlan("large", "large", family="seats", tier_level=1),
    ]
    assert faults(seller, *swapped) == []
    moves = list_plan_moves(Plan.objects.get(code="small"))
    assert [(move.value, plan.code) for move, plan in moves] == [("downgrade", "large")]


@pytest.mark.rule("DEM-36")
def test_a_monthly_list_price_is_made_by_the_rule_and_kept_when_it_changes(seller: Seller) -> None:
    upsert_catalog(seller, items=[NewService("seat", "Seat", price_model="per_unit")], actor=ACTOR)
    yearly = create_price(
        seller, price=NewPrice("seat", "EUR", Decimal("1800"), date(2026, 1, 1), interval_months=12), actor=ACTOR
    )
    monthly = create_monthly_price(yearly.pk, actor=ACTOR)
    assert (monthly.unit_price, monthly.interval_months, monthly.valid_from) == (Decimal(172), 1, date(2026, 1, 1))
    set_list_price_rule(seller, rule=ListPriceRule(Decimal(20), Decimal("0.01")), actor=ACTOR)
    assert get_list_price_rule(seller.pk) == ListPriceRule(Decimal(20), Decimal("0.01"))
    assert Price.objects.get(pk=monthly.pk).unit_price == 172
    with pytest.raises(PricesOverlap):
        create_monthly_price(yearly.pk, actor=ACTOR)
    with pytest.raises(NotYearly, match="monthly"):
        create_monthly_price(monthly.pk, actor=ACTOR)


def test_a_rule_that_makes_no_sense_and_who_may_not_are_refused(seller: Seller) -> None:
    with pytest.raises(InvalidListPrice):
        set_list_price_rule(seller, rule=ListPriceRule(Decimal(15), Decimal(0)), actor=ACTOR)
    for act in (
        lambda: set_list_price_rule(seller, rule=ListPriceRule(), actor=NOBODY),
        lambda: create_monthly_price(1, actor=NOBODY),
    ):
        with pytest.raises(PermissionMissing):
            act()
    with pytest.raises(PriceUnknown):
        create_monthly_price(10**9, actor=ACTOR)
    assert get_list_price_rule(seller.pk) == ListPriceRule(Decimal(15), Decimal(1))
