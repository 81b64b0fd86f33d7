"""Plans: bundles of services that can be subscribed to, by code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.item_problems import find_plan_problems
from tallystick.catalog.core.items import (
    LARGEST_LEVEL,
    LONGEST_INTERVAL_DAYS,
    LONGEST_INTERVAL_MONTHS,
    LONGEST_TRIAL,
    NewPlanService,
)
from tallystick.catalog.core.items import NewPlan as PlanValues
from tallystick.catalog.operations.create_plan import create_plan as create_in_catalog
from tallystick.catalog.queries import get_plan as get_by_code
from tallystick.catalog.queries import list_plan_moves, list_plan_services
from tallystick.catalog.queries import list_plans as list_rows
from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Text80
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Catalog"])
LIST = "plans"

BillingModel = Literal["prebill_pay_before", "prebill_pay_after", "postbill_pay_after"]
ProrationMethod = Literal["", "actual", "actual_30", "strict_30_360", "own_period"]


class ServiceInPlan(Body):
    """A service in a plan."""

    service: Code = Field(description="code of the service")
    is_mandatory: bool = True
    requires: Code | None = Field(None, description="code of another service of the plan that it needs")
    tier_level: int | None = Field(None, ge=0, le=LARGEST_LEVEL)


class NewPlan(Body):
    """A bundle to sell, with its services."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "team", "name": "Team", "services": [{"service": "seat"}], "interval_months": 1}]
        }
    )

    seller: SellerCode = ""
    code: Code
    name: Text80 = Field(min_length=1)
    billing_model: BillingModel = "prebill_pay_after"
    interval_months: int = Field(1, ge=0, le=LONGEST_INTERVAL_MONTHS, description="1 monthly, 3 quarterly, 12 yearly")
    interval_days: int = Field(0, ge=0, le=LONGEST_INTERVAL_DAYS, description="instead of months: 1 daily, 7 weekly")
    cycle_method: Literal["anniversary", "period"] = Field(
        "anniversary", description="period: all its subscriptions are billed on the seller's day"
    )
    ranking_level: int = Field(1, ge=1, le=LARGEST_LEVEL, description="lower is billed earlier")
    proration_method: ProrationMethod = Field("", description="empty: as the seller's billing rule says")
    change_day: Literal["", "new", "old"] = Field("", description="whose the day of a change is; empty: the seller's")
    cancellation_day: Literal["", "billed", "free"] = Field("", description="of a cancellation; empty: the seller's")
    proration_unit: Literal["", "day", "second"] = Field("", description="of changes; empty: the seller's")
    family: Text80 = Field("", max_length=60, description="plans of one family can be swapped for each other")
    tier_level: int | None = Field(None, ge=0, le=LARGEST_LEVEL, description="within the family; higher is more")
    trial_days: int = Field(0, ge=0, le=LONGEST_TRIAL)
    trial_periods: int = Field(0, ge=0, le=LONGEST_TRIAL, description="instead of days")
    trial_ending: Literal["converts", "expires"] = "converts"
    is_self_serve: bool = Field(False, description="customers may subscribe to it by themselves, in the portal")
    services: list[ServiceInPlan] = Field(default_factory=list, max_length=200)

    def as_plan(self) -> PlanValues:
        """The plan that is wanted, without its services."""
        given = self.model_dump(exclude={"seller", "services"})
        if self.interval_days and "interval_months" not in self.model_fields_set:
            given["interval_months"] = 0
        return PlanValues(**given)

    def find_problems(self) -> Sequence[Problem]:
        """What the catalog has against it, seen alone."""
        return find_plan_problems(self.as_plan())


class PlanSummary(Schema):
    """A sellable bundle of services."""

    id: int
    code: str
    name: str
    billing_model: str
    interval_months: int
    interval_days: int
    cycle_method: str
    ranking_level: int
    proration_method: str
    change_day: str
    cancellation_day: str
    proration_unit: str
    family: str
    tier_level: int | None
    trial_days: int
    trial_periods: int
    trial_ending: str
    is_self_serve: bool


class PlanMove(Schema):
    """Another plan of the family, and what a swap for it is."""

    plan: str
    move: Literal["upgrade", "downgrade", "sidegrade"]


class Plan(PlanSummary):
    """A plan with what it contains, and the plans that it can be swapped for."""

    services: list[ServiceInPlan]
    moves: list[PlanMove]


@router.get("/plans", response=Page[PlanSummary], auth=Needs(RECORDS_READ))
def list_plans(request: HttpRequest, which: Query[SellerQuery], paging: Query[Paging]) -> dict[str, Any]:
    """The plans of a seller."""
    seller = get_seller(which.seller)
    rows = list_rows(seller.pk, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda plan: plan.pk)


@router.post("/plans", response={201: Plan}, auth=Needs(CATALOG_WRITE))
def create_plan(request: HttpRequest, body: NewPlan) -> dict[str, Any]:
    """Add a plan with its services to the catalog."""
    plan = create_in_catalog(
        get_seller(body.seller),
        plan=body.as_plan(),
        services=list(_list_places(body)),
        actor=get_actor(request),
    )
    return _show(plan)


@router.get("/plans/{code}", response=Plan, auth=Needs(RECORDS_READ))
def get_plan(request: HttpRequest, code: Path[Code], which: Query[SellerQuery]) -> dict[str, Any]:
    """One plan with its services."""
    return _show(get_by_code(get_seller(which.seller).pk, code=code))


def _list_places(body: NewPlan) -> Iterable[NewPlanService]:
    for place in body.services:
        yield NewPlanService(
            plan=body.code,
            service=place.service,
            is_mandatory=place.is_mandatory,
            requires=place.requires or "",
            tier_level=place.tier_level,
        )


def _show(plan: Any) -> dict[str, Any]:
    services = [
        {
            "service": place.service.code,
            "is_mandatory": place.is_mandatory,
            "requires": place.requires.code if place.requires else None,
            "tier_level": place.tier_level,
        }
        for place in list_plan_services(plan.pk)
    ]
    moves = [{"plan": other.code, "move": move.value} for move, other in list_plan_moves(plan)]
    return {**PlanSummary.from_orm(plan).model_dump(), "services": services, "moves": moves}
