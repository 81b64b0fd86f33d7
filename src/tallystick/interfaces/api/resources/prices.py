"""Prices: what a unit of a service costs, from when until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from tallystick.catalog.core.items import LONGEST_INTERVAL_MONTHS, find_price_problems
from tallystick.catalog.core.items import NewPrice as PriceValues
from tallystick.catalog.operations.create_price import create_price as create_in_catalog
from tallystick.catalog.operations.end_price import end_price as end_in_catalog
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
    unit_price: GivenNumber = Field(ge=0, description="in major units, of one unit and one whole interval")
    valid_from: Day
    valid_until: Day | None = Field(None, description="the first day on which it holds no longer")

    def as_price(self) -> PriceValues:
        """The price that is wanted."""
        return PriceValues(**{**self.model_dump(exclude={"seller"}), "plan": self.plan or ""})

    def find_problems(self) -> Sequence[Problem]:
        """What the catalog has against it, of whichever kind its service is."""
        return find_price_problems(self.as_price(), kind="")


class PriceEnd(Body):
    """When a price ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"valid_until": "2027-01-01"}]})

    valid_until: Day = Field(description="the first day on which it holds no longer")


class Price(Row):
    """A dated price."""

    id: int
    service: str = Field(validation_alias="service.code")
    plan: str | None = Field(None, validation_alias="plan.code", description="the one in which it holds; null: in all")
    currency: str
    interval_months: int
    unit_price: Number
    valid_from: date
    valid_until: date | None


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
