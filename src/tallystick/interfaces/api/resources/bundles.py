"""Bundles: which services a service may cover, and at which price inside it (CRM-53)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.bundles import MOST_COMPONENTS, NewBundleComponent
from tallystick.catalog.core.items import LONGEST_INTERVAL_MONTHS
from tallystick.catalog.operations.set_bundle import set_bundle as set_in_catalog
from tallystick.catalog.queries import get_service, list_components
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Currency, GivenNumber, Number, Row
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Catalog"])


class NewComponent(Body):
    """A service that the bundle may have, and its price inside."""

    component: Code = Field(description="code of a recurring service")
    currency: Currency
    interval_months: int = Field(1, ge=1, le=LONGEST_INTERVAL_MONTHS, description="what the price pays for")
    unit_price: GivenNumber = Field(
        Decimal(0), ge=0, description="in major units, of one unit and one whole interval, beside the bundle's own"
    )


class NewBundle(Body):
    """What the bundle may have from now on, all of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"components": [{"component": "movies", "currency": "EUR", "unit_price": "6.20"}]}]
        }
    )

    seller: SellerCode = ""
    components: list[NewComponent] = Field(max_length=MOST_COMPONENTS, description="none: it is no bundle any more")


class Component(Row):
    """A service that a bundle may have, and its price inside."""

    component: str = Field(validation_alias="component.code")
    currency: str
    interval_months: int
    unit_price: Number


class Bundle(Schema):
    """A service that covers others. Without components it is a service like any other."""

    bundle: str
    components: list[Component]


@router.get("/services/{code}/components", response=Bundle, auth=Needs(RECORDS_READ))
def get_bundle(request: HttpRequest, code: Path[Code], which: Query[SellerQuery]) -> dict[str, Any]:
    """What a service may have as components, in every currency and for every interval."""
    bundle = get_service(get_seller(which.seller).pk, code=code)
    return _show(bundle.pk, code)


@router.put("/services/{code}/components", response=Bundle, auth=Needs(CATALOG_WRITE))
def set_bundle(request: HttpRequest, code: Path[Code], body: NewBundle) -> dict[str, Any]:
    """Let a service be a bundle of exactly these components. What was agreed keeps its components and prices."""
    seller = get_seller(body.seller)
    bundle = get_service(seller.pk, code=code)
    components = [NewBundleComponent(**each.model_dump()) for each in body.components]
    set_in_catalog(seller, bundle=code, components=components, actor=get_actor(request))
    return _show(bundle.pk, code)


def _show(bundle_id: int, code: str) -> dict[str, Any]:
    return {"bundle": code, "components": list_components(bundle_id)}
