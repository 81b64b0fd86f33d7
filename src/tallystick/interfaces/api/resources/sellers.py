"""Sellers: who bills. Read only; they are set up at the command line and in the console."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import Field

from tallystick.interfaces.api.authentication import Needs
from tallystick.interfaces.api.paging import Page
from tallystick.interfaces.api.schemas import Text40
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers import queries

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


class VatRegistration(Schema):
    """A VAT number of the seller, and when it holds."""

    country: str
    number: str
    starts_on: date
    ends_until: date | None


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
    net_terms_automatic_days: int
    net_terms_remittance_days: int
    proration_method: str
    bills_partial_first: bool
    mails_zero_invoices: bool
    attempt_wait_hours: int
    max_consecutive_failures: int
    funds_granularity: str
    collects_shortfalls: bool
    reactivates_on_payment: bool
    reactivation_days: int
    reactivation_most_overdue_minor: int
    rests_a_year: int | None
    longest_rest_days: int | None
    short_terms_a_year: int | None
    longest_short_term_days: int | None


class Seller(SellerSummary):
    """A seller with what it bills by today."""

    profile: SellerProfile
    vat_registrations: list[VatRegistration]
    bank_accounts: list[BankAccount]
    number_series: list[NumberSeries]
    billing_rule: BillingRule


@router.get("/sellers", response=Page[SellerSummary], auth=Needs(RECORDS_READ))
def list_sellers(request: HttpRequest) -> dict[str, Any]:
    """All sellers, by code. They are few: there is one page."""
    return {"data": queries.list_sellers(), "next_cursor": None}


@router.get("/sellers/{code}", response=Seller, auth=Needs(RECORDS_READ))
def get_seller(request: HttpRequest, code: Path[Text40]) -> dict[str, Any]:
    """One seller with its present profile, registrations, bank accounts, series and billing rule."""
    seller = queries.get_seller(code)
    return {
        "code": seller.code,
        "currency": seller.currency,
        "time_zone": seller.time_zone,
        "profile": queries.get_current_profile(seller.pk),
        "vat_registrations": queries.list_vat_registrations(seller.pk),
        "bank_accounts": queries.list_bank_accounts(seller.pk),
        "number_series": queries.list_number_series(seller.pk),
        "billing_rule": queries.get_billing_rule(seller.pk),
    }
