"""Additional fees on the bills of runs: definitions with their rules."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.fees import MOST_RULES, NewFeeDefinition, NewFeeRule
from tallystick.catalog.operations.set_fee_definition import remove_fee_definition, set_fee_definition
from tallystick.catalog.queries import get_fee_definition, list_fee_definitions
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Currency, Day, Minor, Text40, Text140
from tallystick.plumbing.permissions import CATALOG_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Catalog"])


class FeeRuleBody(Body):
    """A fee and who pays it: every condition that is set must be met."""

    name: Text140 = Field(min_length=1, max_length=120, description="what the invoice says")
    service: Code = Field(description="code of a service that is sold once: what the fee costs and how it is taxed")
    presentment: Text40 = Field(
        "", description="only of accounts with this preference: email or post", examples=["post"]
    )
    segment: Text40 = Field("", description="only of accounts of this segment")
    plan: Code | None = Field(None, description="only where this plan (a tier of its family) is on the bill")
    currency: Currency | None = Field(None, description="only of accounts in it; needed where a total is asked for")
    total_at_least_minor: Minor | None = Field(None, description="least gross of the bill before fees")
    total_below_minor: Minor | None = Field(None, description="gross of the bill before fees must be less")

    def as_rule(self) -> NewFeeRule:
        """The rule that is wanted."""
        given = self.model_dump()
        return NewFeeRule(**{**given, "plan": self.plan or "", "currency": self.currency or ""})


class FeeDefinitionBody(Body):
    """A definition as it shall be from the next run on."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"name": "Paper", "rules": [{"name": "Paper bill", "service": "paper-bill", "presentment": "post"}]}
            ]
        }
    )

    seller: SellerCode = ""
    name: Text140 = Field(min_length=1, max_length=120)
    rules: list[FeeRuleBody] = Field(min_length=1, max_length=MOST_RULES)
    valid_from: Day | None = Field(None, description="first invoice date that it counts for")
    valid_until: Day | None = Field(None, description="first invoice date that it does not count for")


class FeeRule(Schema):
    """A fee and who pays it."""

    name: str
    service: str
    presentment: str
    segment: str
    plan: str | None
    currency: str | None
    total_at_least_minor: int | None
    total_below_minor: int | None


class FeeDefinition(Schema):
    """Rules under one code."""

    code: str
    name: str
    valid_from: date | None
    valid_until: date | None
    rules: list[FeeRule]


@router.get("/fee-definitions", response=Page[FeeDefinition], auth=Needs(RECORDS_READ))
def list_fees(request: HttpRequest, which: Query[SellerQuery]) -> dict[str, Any]:
    """The fee definitions of a seller, by code. They are few: there is one page."""
    return {
        "data": [fee_as_json(each) for each in list_fee_definitions(get_seller(which.seller).pk)],
        "next_cursor": None,
    }


@router.put("/fee-definitions/{code}", response=FeeDefinition, auth=Needs(CATALOG_WRITE))
def set_fees(request: HttpRequest, code: Path[Code], body: FeeDefinitionBody) -> dict[str, Any]:
    """Create the definition, or put this one in its place. It counts from the next run on; past bills keep theirs."""
    seller = get_seller(body.seller)
    rules = tuple(rule.as_rule() for rule in body.rules)
    definition = NewFeeDefinition(code, body.name, rules, body.valid_from, body.valid_until)
    set_fee_definition(seller, definition=definition, actor=get_actor(request))
    return fee_as_json(get_fee_definition(seller.pk, code=code))


@router.delete("/fee-definitions/{code}", response={204: None}, auth=Needs(CATALOG_WRITE))
def remove_fees(request: HttpRequest, code: Path[Code], which: Query[SellerQuery]) -> None:
    """Do away with a definition. Past bills keep their fees."""
    remove_fee_definition(get_seller(which.seller), code=code, actor=get_actor(request))


def fee_as_json(definition: NewFeeDefinition) -> dict[str, Any]:
    """A definition with its rules, as programs read it: null where nothing is asked."""
    told = asdict(definition)
    rules = [{**rule, "plan": rule["plan"] or None, "currency": rule["currency"] or None} for rule in told["rules"]]
    return {**told, "rules": rules}
