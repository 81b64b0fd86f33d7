"""Services: the things sold, by code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.item_problems import find_service_problems
from tallystick.catalog.core.items import NewService as ServiceValues
from tallystick.catalog.operations.create_service import create_service as create_in_catalog
from tallystick.catalog.queries import get_service as get_by_code
from tallystick.catalog.queries import list_services as list_rows
from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.schemas import Body, Text80
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Catalog"])
LIST = "services"

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]


PriceModel = Literal["flat", "per_unit", "graduated", "volume", "package", "percentage"]


class NewService(Body):
    """A thing to sell."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "seat", "name": "Seat", "price_model": "per_unit", "unit_name": "seat"}]
        }
    )

    seller: SellerCode = ""
    code: Code
    name: Text80 = Field(min_length=1)
    kind: Literal["recurring", "one_off"] = "recurring"
    price_model: PriceModel = "flat"
    revenue_code: Text80 = Field("subscriptions", min_length=1, max_length=40, description="where revenue is booked")
    tax_category: Literal["standard", "reduced", "zero", "exempt"] = "standard"
    unit_name: Text80 = Field("", max_length=40, description="what one of them is called")
    supply_kind: Literal["digital", "general"] = Field(
        "digital", description="digital: telecommunications, broadcasting, electronic; taxed where a consumer is"
    )

    def as_service(self) -> ServiceValues:
        """The service that is wanted."""
        return ServiceValues(**self.model_dump(exclude={"seller"}))

    def find_problems(self) -> Sequence[Problem]:
        """What the catalog has against it, seen alone."""
        return find_service_problems(self.as_service())


class Service(Schema):
    """A thing sold."""

    id: int
    code: str
    name: str
    kind: str
    price_model: str
    revenue_code: str
    tax_category: str
    unit_name: str
    supply_kind: str


@router.get("/services", response=Page[Service], auth=Needs(RECORDS_READ))
def list_services(request: HttpRequest, which: Query[SellerQuery], paging: Query[Paging]) -> dict[str, Any]:
    """What a seller sells."""
    seller = get_seller(which.seller)
    rows = list_rows(seller.pk, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda service: service.pk)


@router.post("/services", response={201: Service}, auth=Needs(CATALOG_WRITE))
def create_service(request: HttpRequest, body: NewService) -> object:
    """Add a service to the catalog."""
    return create_in_catalog(get_seller(body.seller), service=body.as_service(), actor=get_actor(request))


@router.get("/services/{code}", response=Service, auth=Needs(RECORDS_READ))
def get_service(request: HttpRequest, code: Path[Code], which: Query[SellerQuery]) -> object:
    """One service."""
    return get_by_code(get_seller(which.seller).pk, code=code)
