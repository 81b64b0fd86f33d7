"""Put a whole catalog in at once: services, plans, their parts, prices and bundles, new or changed, by their codes."""

import json
from collections.abc import Sequence

from django.db import transaction

from tallystick.catalog.core.catalog_check import CatalogItem
from tallystick.catalog.core.items import NewComponent, NewPlan, NewPlanService, NewPrice, NewService
from tallystick.catalog.core.tiers import dump_tiers
from tallystick.catalog.models import BundleComponent, Plan, PlanService, Price, Service
from tallystick.catalog.queries import list_catalog_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import CATALOG_WRITE
from tallystick.plumbing.statements import run_sql
from tallystick.plumbing.upsert import UpsertOutcome, list_sound_rows, stage_rows, upsert_rows
from tallystick.sellers.models import Seller

_SERVICE_COLUMNS = ("code", "name", "kind", "price_model", "revenue_code", "tax_category", "unit_name", "supply_kind")
_PLAN_TYPES = {
    "code": "text",
    "name": "text",
    "billing_model": "text",
    "interval_months": "int",
    "interval_days": "int",
    "cycle_method": "text",
    "ranking_level": "int",
    "proration_method": "text",
    "change_day": "text",
    "cancellation_day": "text",
    "proration_unit": "text",
    "family": "text",
    "tier_level": "int",
    "trial_days": "int",
    "trial_periods": "int",
    "trial_ending": "text",
    "is_self_serve": "boolean",
}
_PRICE_TYPES = {
    "currency": "text",
    "interval_months": "int",
    "interval_days": "int",
    "unit_price": "numeric",
    "tiers": "jsonb",
    "package_size": "numeric",
    "percent_of": "jsonb",
    "minimum_price": "numeric",
    "trial_unit_price": "numeric",
    "valid_from": "date",
    "valid_until": "date",
}


def upsert_catalog(
    seller: Seller, *, items: Sequence[CatalogItem], actor: Actor, skips_invalid: bool = False
) -> UpsertOutcome:
    """Create what is new, update what is there by code (prices by service, plan, currency, interval, first day).

    Writes nothing when an item is wrong, unless `skips_invalid`; the outcome tells all that is wrong.
    """
    actor.require(CATALOG_WRITE)
    with transaction.atomic():
        # One change of a catalog at a time: two at once could each add a price that overlaps the other's.
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)
        problems = list_catalog_problems(seller.pk, items=list(items))
        sound = [items[row] for row in list_sound_rows(len(items), problems, skips_invalid=skips_invalid)]
        counts = [
            _upsert_services(seller.pk, [item for item in sound if isinstance(item, NewService)]),
            _upsert_plans(seller.pk, [item for item in sound if isinstance(item, NewPlan)]),
            _upsert_plan_services(seller.pk, [item for item in sound if isinstance(item, NewPlanService)]),
            _upsert_prices(seller.pk, [item for item in sound if isinstance(item, NewPrice)]),
            _upsert_components(seller.pk, [item for item in sound if isinstance(item, NewComponent)]),
        ]
    created, updated = (sum(each) for each in zip(*counts, strict=True))
    return UpsertOutcome(created, updated, len(sound) - created - updated, problems)


def _upsert_services(seller_id: int, services: Sequence[NewService]) -> tuple[int, int]:
    types = dict.fromkeys(_SERVICE_COLUMNS, "text")
    stage_rows("staged_services", types, ([getattr(each, name) for name in types] for each in services))
    return upsert_rows(
        f"SELECT {seller_id}, {', '.join(_SERVICE_COLUMNS)} FROM staged_services",
        table=Service._meta.db_table,
        key=("seller_id", "code"),
        columns=("seller_id", *_SERVICE_COLUMNS),
    )


def _upsert_plans(seller_id: int, plans: Sequence[NewPlan]) -> tuple[int, int]:
    stage_rows("staged_plans", _PLAN_TYPES, ([getattr(each, name) for name in _PLAN_TYPES] for each in plans))
    # A tier that one plan takes over from another would be held twice for a moment.
    run_sql(
        f"UPDATE {Plan._meta.db_table} p SET tier_level = NULL FROM staged_plans g"
        f" WHERE p.seller_id = {seller_id} AND p.code = g.code AND p.tier_level IS DISTINCT FROM g.tier_level"
    )
    return upsert_rows(
        f"SELECT {seller_id}, {', '.join(_PLAN_TYPES)} FROM staged_plans",
        table=Plan._meta.db_table,
        key=("seller_id", "code"),
        columns=("seller_id", *_PLAN_TYPES),
    )


def _upsert_plan_services(seller_id: int, places: Sequence[NewPlanService]) -> tuple[int, int]:
    types = {"plan": "text", "service": "text", "is_mandatory": "boolean", "requires": "text", "tier_level": "int"}
    stage_rows("staged_plan_services", types, ([getattr(each, name) for name in types] for each in places))
    plans, services = Plan._meta.db_table, Service._meta.db_table
    return upsert_rows(
        "SELECT p.id, s.id, g.is_mandatory, r.id, g.tier_level FROM staged_plan_services g"
        f" JOIN {plans} p ON p.code = g.plan AND p.seller_id = {seller_id}"
        f" JOIN {services} s ON s.code = g.service AND s.seller_id = {seller_id}"
        f" LEFT JOIN {services} r ON r.code = g.requires AND r.seller_id = {seller_id}",
        table=PlanService._meta.db_table,
        key=("plan_id", "service_id"),
        columns=("plan_id", "service_id", "is_mandatory", "requires_id", "tier_level"),
    )


def _upsert_prices(seller_id: int, prices: Sequence[NewPrice]) -> tuple[int, int]:
    types = {"service": "text", "plan": "text", **_PRICE_TYPES}
    stage_rows("staged_prices", types, (_list_price_cells(each) for each in prices))
    return upsert_rows(
        f"SELECT s.id, p.id, {', '.join(f'g.{name}' for name in _PRICE_TYPES)} FROM staged_prices g"
        f" JOIN {Service._meta.db_table} s ON s.code = g.service AND s.seller_id = {seller_id}"
        f" LEFT JOIN {Plan._meta.db_table} p ON p.code = g.plan AND p.seller_id = {seller_id}",
        table=Price._meta.db_table,
        key=("service_id", "plan_id", "currency", "interval_months", "interval_days", "valid_from"),
        columns=("service_id", "plan_id", *_PRICE_TYPES),
    )


def _upsert_components(seller_id: int, components: Sequence[NewComponent]) -> tuple[int, int]:
    types = {"bundle": "text", "service": "text", "currency": "text", "interval_months": "int", "unit_price": "numeric"}
    stage_rows("staged_components", types, ([getattr(each, name) for name in types] for each in components))
    services = Service._meta.db_table
    return upsert_rows(
        "SELECT b.id, s.id, g.currency, g.interval_months, g.unit_price FROM staged_components g"
        f" JOIN {services} b ON b.code = g.bundle AND b.seller_id = {seller_id}"
        f" JOIN {services} s ON s.code = g.service AND s.seller_id = {seller_id}",
        table=BundleComponent._meta.db_table,
        key=("bundle_id", "component_id", "currency", "interval_months"),
        columns=("bundle_id", "component_id", "currency", "interval_months", "unit_price"),
    )


def _list_price_cells(price: NewPrice) -> list[object]:
    stored = {"tiers": json.dumps(dump_tiers(price.tiers)), "percent_of": json.dumps(price.percent_of)}
    return [stored.get(name, getattr(price, name)) for name in ("service", "plan", *_PRICE_TYPES)]
