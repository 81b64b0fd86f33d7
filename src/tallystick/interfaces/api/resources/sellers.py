"""Sellers: who bills, and by what; whether runs may post themselves is set here too."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page
from tallystick.interfaces.api.schemas import Body, Text40
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SELLERS_WRITE
from tallystick.sellers import queries
from tallystick.sellers.core.credit_rules import CREDIT_RULES
from tallystick.sellers.operations.set_auto_post import set_auto_post

router = Router(tags=["Sellers"])

SellerCode = Annotated[Text40, Field(description="code of the seller; may be left out while there is only one")]


class SellerQuery(Schema):
    """Which seller."""

    seller: SellerCode = ""


class SellerSummary(Schema):
    """A legal entity that invoices."""

    code: str = Field(examples=["canal"])
    currency: str
    time_zone: str = Field(description="decides which day it is", examples=["Europe/Amsterdam"])


class SellerProfile(Schema):
    """The legal texts of a seller; documents keep the version of their day."""

    version: int
    legal_name: str
    street: str
    postcode: str
    city: str
    country: str
    registration_number: str
    email: str
    phone: str
    website: str
    brand_color: str
    footer_text: str


class VatRegistration(Schema):
    """A VAT number of the seller, and when it holds."""

    country: str
    number: str
    starts_on: date
    ends_until: date | None
    scheme: str = Field(description="local, or one_stop_shop: for consumers in all of the Union")


class BankAccount(Schema):
    """Where customers transfer money to."""

    currency: str
    holder: str
    iban: str
    bic: str
    is_default: bool


class NumberSeries(Schema):
    """How documents of a kind are numbered."""

    kind: str
    prefix: str
    digits: int
    next_number: int
    is_in_date_order: bool


class BillingRule(Schema):
    """How a seller bills."""

    supports_auto_post: bool
    auto_posts_by_default: bool
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    proration_method: str
    bills_partial_first: bool
    change_day: str
    bills_cancellation_day: bool
    proration_unit: str
    period_day: int
    added_alignment: str = Field(description="how services added to a subscription are billed")
    mails_zero_invoices: bool
    credit_rule: str = Field(description="what becomes of amounts below zero", examples=[*CREDIT_RULES])
    attempt_wait_hours: int
    max_consecutive_failures: int
    funds_granularity: str
    collects_shortfalls: bool
    reactivates_on_payment: bool
    reactivation_days: int
    reactivation_most_overdue_minor: int
    fees_in_credit_check: bool = Field(description="whether funds tests count the fees of a bill")
    rests_a_year: int | None
    longest_rest_days: int | None
    short_terms_a_year: int | None
    longest_short_term_days: int | None


class SellerEvent(Schema):
    """What was changed about a seller: who, when, what."""

    event: str
    detail: str = Field(description="which fields, number or account")
    at: datetime
    actor_kind: str
    actor_label: str


class ReasonCode(Schema):
    """Why the seller corrects documents."""

    code: str = Field(examples=["price_error"])
    name: str
    is_active: bool


class AutoPostRule(Body):
    """Whether bill runs may post and mail by themselves, and whether they do so unless told otherwise."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"supports_auto_post": True, "auto_posts_by_default": False}]}
    )

    supports_auto_post: bool
    auto_posts_by_default: bool = False


class AutoPostAnswer(Schema):
    """The rule as it is now, and what to think of it."""

    supports_auto_post: bool
    auto_posts_by_default: bool
    warnings: list[str]


class Seller(SellerSummary):
    """A seller with what it bills by today."""

    email_domain: str = Field(description="where account managers have their addresses")
    profile: SellerProfile
    vat_registrations: list[VatRegistration]
    bank_accounts: list[BankAccount]
    number_series: list[NumberSeries]
    billing_rule: BillingRule
    events: list[SellerEvent] = Field(description="the latest 100, the latest first")
    reason_codes: list[ReasonCode]


@router.get("/sellers", response=Page[SellerSummary], auth=Needs(RECORDS_READ))
def list_sellers(request: HttpRequest) -> dict[str, Any]:
    """All sellers, by code. They are few: there is one page."""
    return {"data": queries.list_sellers(), "next_cursor": None}


@router.get("/sellers/{code}", response=Seller, auth=Needs(RECORDS_READ))
def get_seller(request: HttpRequest, code: Path[Text40]) -> dict[str, Any]:
    """One seller with its present profile, registrations, bank accounts, series and billing rule."""
    return show_seller(code)


def show_seller(code: str) -> dict[str, Any]:
    """A seller as it is told; raises SellerUnknown."""
    seller = queries.get_seller(code)
    return {
        "code": seller.code,
        "currency": seller.currency,
        "time_zone": seller.time_zone,
        "email_domain": seller.email_domain,
        "profile": queries.get_current_profile(seller.pk),
        "vat_registrations": queries.list_vat_registrations(seller.pk),
        "bank_accounts": queries.list_bank_accounts(seller.pk),
        "number_series": queries.list_number_series(seller.pk),
        "billing_rule": queries.get_billing_rule(seller.pk),
        "events": queries.list_seller_events(seller.pk),
        "reason_codes": queries.list_reason_codes(seller.pk),
    }


@router.put("/sellers/{code}/auto-post", response=AutoPostAnswer, auth=Needs(SELLERS_WRITE))
def set_seller_auto_post(request: HttpRequest, code: Path[Text40], body: AutoPostRule) -> dict[str, Any]:
    """Switch on or off that bill runs may post and mail by themselves. `warnings` is advice, never a refusal."""
    seller = queries.get_seller(code)
    is_supported, is_default = body.supports_auto_post, body.auto_posts_by_default
    set_auto_post(seller, is_supported=is_supported, is_default=is_default, actor=get_actor(request))
    warnings = list_warnings(seller, auto_posts=is_supported, auto_emails=is_supported, at=clock.now())
    return {"supports_auto_post": is_supported, "auto_posts_by_default": is_default, "warnings": warnings}
