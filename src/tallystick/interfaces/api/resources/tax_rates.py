"""Tax rates: the general ones of each country, and a seller's own, which go before them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Country, Day, GivenNumber, Number
from tallystick.plumbing.permissions import RECORDS_READ, TAXES_WRITE
from tallystick.sellers.queries import get_seller
from tallystick.taxes.core.rates import DatedRate, find_own_rate_problems
from tallystick.taxes.operations.set_rate import set_rate
from tallystick.taxes.queries import list_rate_rows

router = Router(tags=["Tax rates"])
LIST = "tax-rates"

Category = Literal["standard", "reduced"]


class TaxRateQuery(Schema):
    """Which rates."""

    seller: SellerCode = ""
    country: Country | None = None
    only_own: bool = Field(False, description="only those that the seller set itself")


class TaxRate(Schema):
    """The percentage of a category in a country, from `valid_from` up to but without `valid_until`."""

    id: int
    country: str
    category: str
    rate: Number = Field(description="percent")
    valid_from: date
    valid_until: date | None
    is_own: bool = Field(description="the seller's own, which goes before the country's")

    @staticmethod
    def resolve_is_own(row: Any) -> bool:
        """A general rate names no seller."""
        return row.seller_id is not None


class NewTaxRate(Body):
    """A rate of the seller's own."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"country": "NL", "rate": "21", "valid_from": "2026-01-01"}]}
    )

    seller: SellerCode = ""
    country: Country
    category: Category = "standard"
    rate: GivenNumber = Field(description="percent, with three decimals at most")
    valid_from: Day
    valid_until: Day | None = Field(None, description="first day without it")

    def as_rate(self) -> DatedRate:
        """The rate that is wanted."""
        return DatedRate(self.country, self.category, self.rate, self.valid_from, self.valid_until, is_own=True)

    def find_problems(self) -> Sequence[Problem]:
        """What taxes have against it, seen alone."""
        return find_own_rate_problems(self.as_rate())


@router.get("/tax-rates", response=Page[TaxRate], auth=Needs(RECORDS_READ))
def list_tax_rates(request: HttpRequest, which: Query[TaxRateQuery], paging: Query[Paging]) -> dict[str, Any]:
    """The rates that may count for a seller, former and coming ones too."""
    rows = list_rate_rows(
        get_seller(which.seller).pk,
        country=which.country or "",
        only_own=which.only_own,
        after_id=read_cursor(paging, of=LIST),
        limit=paging.limit + 1,
    )
    return make_page(rows, paging=paging, of=LIST, get_id=lambda row: row.pk)


@router.put("/tax-rates", response=TaxRate, auth=Needs(TAXES_WRITE))
def set_tax_rate(request: HttpRequest, body: NewTaxRate) -> object:
    """Set a rate of the seller's own. With the first day of one that is there it replaces that one; one that shares
    days with another is refused."""
    return set_rate(get_seller(body.seller), rate=body.as_rate(), actor=get_actor(request))
