"""Prices: what a unit of a service costs, from when until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.item_problems import find_price_problems
from tallystick.catalog.core.items import LONGEST_INTERVAL_DAYS, LONGEST_INTERVAL_MONTHS
from tallystick.catalog.core.items import NewPrice as PriceValues
from tallystick.catalog.core.list_price import ListPriceRule as RuleValues
from tallystick.catalog.core.tiers import MOST_TIERS, load_tiers
from tallystick.catalog.core.tiers import Tier as TierValues
from tallystick.catalog.operations.create_monthly_price import create_monthly_price as create_monthly_in_catalog
from tallystick.catalog.operations.create_price import create_price as create_in_catalog
from tallystick.catalog.operations.end_price import end_price as end_in_catalog
from tallystick.catalog.operations.set_list_price_rule import set_list_price_rule as set_rule
from tallystick.catalog.queries import get_list_price_rule as get_rule
from tallystick.catalog.queries import list_prices as list_rows
from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Currency, Day, GivenNumber, Id, Number, Row
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Catalog"])
LIST = "prices"


class PriceQuery(SellerQuery):
    """Which prices."""

    service: Code | None = Field(None, description="only of the service with this code")
    plan: Code | None = Field(None, description="only of the plan with this code")


class PriceTier(Body):
    """Up to so many units, at which price each, and what once."""

    up_to: GivenNumber | None = Field(None, gt=0, description="with this unit; null: without end, as the last must be")
    unit_price: GivenNumber = Field(ge=0)
    flat_amount: GivenNumber = Field(Decimal(0), ge=0)


class NewPrice(Body):
    """A dated price of a service, in all plans or in one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"service": "seat", "currency": "EUR", "unit_price": "9.50", "valid_from": "2026-01-01"}]
        }
    )

    seller: SellerCode = ""
    service: Code
    plan: Code | None = Field(None, description="code of the one plan in which it holds and then wins; null: in all")
    currency: Currency
    interval_months: int = Field(1, ge=0, le=LONGEST_INTERVAL_MONTHS, description="what it pays for; 0: once")
    interval_days: int = Field(
        0, ge=0, le=LONGEST_INTERVAL_DAYS, description="days that it pays for, instead of months"
    )
    unit_price: GivenNumber = Field(
        Decimal(0), ge=0, description="in major units, of one unit and one whole interval; or the percentage"
    )
    tiers: list[PriceTier] = Field(default_factory=list, max_length=MOST_TIERS, description="graduated and volume")
    package_size: GivenNumber | None = Field(None, gt=0, description="units in a package")
    percent_of: list[Code] = Field(
        default_factory=list, max_length=200, description="codes of the services that it is a percentage of; none: all"
    )
    minimum_price: GivenNumber | None = Field(None, ge=0, description="the least for one whole interval")
    trial_unit_price: GivenNumber | None = Field(None, ge=0, description="during a trial; null: nothing")
    valid_from: Day
    valid_until: Day | None = Field(None, description="the first day on which it holds no longer")

    def as_price(self) -> PriceValues:
        """The price that is wanted."""
        given = self.model_dump(exclude={"seller"})
        if self.interval_days and "interval_months" not in self.model_fields_set:
            given["interval_months"] = 0
        given["tiers"] = tuple(TierValues(**tier) for tier in given["tiers"])
        return PriceValues(**{**given, "plan": self.plan or "", "percent_of": tuple(self.percent_of)})

    def find_problems(self) -> Sequence[Problem]:
        """What the catalog has against it, of whichever kind its service is."""
        return find_price_problems(self.as_price(), kind="", price_model="")


class PriceEnd(Body):
    """When a price ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_until": "2027-01-01"}]})

    valid_until: Day = Field(description="the first day on which it holds no longer")


class Tier(Row):
    """A tier of a price."""

    up_to: Number | None
    unit_price: Number
    flat_amount: Number


class ListPriceRule(Schema):
    """A month costs a twelfth of the year and the markup, rounded half-even to steps."""

    markup_percent: Number
    step: Number = Field(description="in major units")


class NewListPriceRule(Body):
    """How monthly list prices shall be made of yearly ones."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"markup_percent": "15", "step": "1"}]})

    markup_percent: GivenNumber = Field(ge=0, le=1_000)
    step: GivenNumber = Field(gt=0, description="in major units")


class Price(Row):
    """A dated price."""

    id: int
    service: str = Field(validation_alias="service.code")
    plan: str | None = Field(None, validation_alias="plan.code", description="the one in which it holds; null: in all")
    currency: str
    interval_months: int
    interval_days: int
    unit_price: Number
    tiers: list[Tier]
    package_size: Number | None
    percent_of: list[str]
    minimum_price: Number | None
    trial_unit_price: Number | None
    valid_from: date
    valid_until: date | None

    @staticmethod
    def resolve_tiers(price: Any) -> list[dict[str, Any]]:
        """As values with names; they are kept as lists."""
        return [tier._asdict() for tier in load_tiers(price.tiers)]


@router.get("/prices", response=Page[Price], auth=Needs(RECORDS_READ))
def list_prices(request: HttpRequest, which: Query[PriceQuery], paging: Query[Paging]) -> dict[str, Any]:
    """The prices of a seller, past and future ones too."""
    rows = list_rows(
        get_seller(which.seller).pk,
        service=which.service or "",
        plan=which.plan or "",
        after_id=read_cursor(paging, of=LIST),
        limit=paging.limit + 1,
    )
    return make_page(rows, paging=paging, of=LIST, get_id=lambda price: price.pk)


@router.post("/prices", response={201: Price}, auth=Needs(CATALOG_WRITE))
def create_price(request: HttpRequest, body: NewPrice) -> object:
    """Add a price. One that shares days with another is refused: end that one first."""
    return create_in_catalog(get_seller(body.seller), price=body.as_price(), actor=get_actor(request))


@router.post("/prices/{price_id}/end", response=Price, auth=Needs(CATALOG_WRITE))
def end_price(request: HttpRequest, price_id: Path[Id], body: PriceEnd) -> object:
    """Let a price hold no longer from a day on, so that another may follow."""
    return end_in_catalog(price_id, valid_until=body.valid_until, actor=get_actor(request))


@router.post("/prices/{price_id}/monthly", response={201: Price}, auth=Needs(CATALOG_WRITE))
def create_monthly_price(request: HttpRequest, price_id: Path[Id]) -> object:
    """Make the monthly list price of a yearly price by the seller's rule."""
    return create_monthly_in_catalog(price_id, actor=get_actor(request))


@router.get("/sellers/{code}/list-price-rule", response=ListPriceRule, auth=Needs(RECORDS_READ))
def get_list_price_rule(request: HttpRequest, code: Path[Code]) -> object:
    """How monthly list prices are made of yearly ones."""
    return get_rule(get_seller(code).pk)._asdict()


@router.put("/sellers/{code}/list-price-rule", response=ListPriceRule, auth=Needs(CATALOG_WRITE))
def set_list_price_rule(request: HttpRequest, code: Path[Code], body: NewListPriceRule) -> object:
    """Change how they are made from now on; prices that there are stay."""
    rule = RuleValues(body.markup_percent, body.step)
    return set_rule(get_seller(code), rule=rule, actor=get_actor(request))
