"""Changing sellers: a new one, its legal texts, settings, billing rule, bank accounts and VAT registrations.

One router with reading them, since an address belongs to one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path
from pydantic import ConfigDict, Field

from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.sellers import Seller, router, show_seller
from tallystick.interfaces.api.schemas import Body, Country, Currency, Day, Text40, Text200, Text400
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import SELLERS_WRITE
from tallystick.sellers.core import new_seller as parts
from tallystick.sellers.core.billing_fields import ALIGNMENT, CHANGE_DAY, CREDIT, FIELDS, GRANULARITY, PRORATION, UNIT
from tallystick.sellers.operations.add_bank_account import add_bank_account
from tallystick.sellers.operations.add_vat_registration import add_vat_registration
from tallystick.sellers.operations.change_seller_profile import change_seller_profile
from tallystick.sellers.operations.change_seller_settings import SellerSettings, change_seller_settings
from tallystick.sellers.operations.create_seller import create_seller as make_seller
from tallystick.sellers.operations.set_billing_rule import set_billing_rule
from tallystick.sellers.queries import get_billing_rule, get_current_profile, get_seller


class ProfileChange(Body):
    """Legal texts to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"city": "Utrecht"}]})

    legal_name: Text200 | None = None
    country: Country | None = None
    street: Text200 | None = None
    postcode: Text40 | None = None
    city: Text200 | None = None
    registration_number: Text200 | None = None
    email: Text200 | None = None
    phone: Text40 | None = None
    website: Text200 | None = None
    brand_color: Text40 | None = Field(None, examples=["#1f4e79"])
    footer_text: Text400 | None = None

    def find_problems(self) -> Sequence[Problem]:
        """What sellers have against the texts that are sent."""
        given = self.model_dump(exclude_none=True)
        found = parts.find_profile_problems(parts.ProfileText(**{"legal_name": "as it is", "country": "NL", **given}))
        return [problem for problem in found if problem.field in given]


class SettingsChange(Body):
    """Settings to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"time_zone": "Europe/Amsterdam"}]})

    time_zone: Text40 | None = Field(None, description="IANA name; decides which day it is")
    email_domain: Text200 | None = Field(None, description="where account managers have their addresses")


class BillingRuleChange(Body):
    """What of the billing rule to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"net_terms_remittance_days": 30}]})

    supports_auto_post: bool | None = None
    auto_posts_by_default: bool | None = None
    net_terms_automatic_days: int | None = None
    net_terms_remittance_days: int | None = None
    proration_method: Text40 | None = Field(None, examples=[*PRORATION])
    bills_partial_first: bool | None = None
    change_day: Text40 | None = Field(None, description="whose the day of a change is", examples=[*CHANGE_DAY])
    bills_cancellation_day: bool | None = None
    proration_unit: Text40 | None = Field(None, description="what changes are counted in", examples=[*UNIT])
    period_day: int | None = Field(None, description="day of the month for plans that bill all at once; 31: the last")
    added_alignment: Text40 | None = Field(
        None, description="how services added to a subscription are billed", examples=[*ALIGNMENT]
    )
    mails_zero_invoices: bool | None = None
    credit_rule: Text40 | None = Field(None, description="what becomes of amounts below zero", examples=[*CREDIT])
    attempt_wait_hours: int | None = None
    max_consecutive_failures: int | None = None
    funds_granularity: Text40 | None = Field(None, examples=[*GRANULARITY])
    collects_shortfalls: bool | None = None
    reactivates_on_payment: bool | None = None
    reactivation_days: int | None = None
    reactivation_most_overdue_minor: int | None = None
    fees_in_credit_check: bool | None = None
    rests_a_year: int | None = Field(None, description="null: any")
    longest_rest_days: int | None = Field(None, description="null: any")
    short_terms_a_year: int | None = Field(None, description="null: any")
    longest_short_term_days: int | None = Field(None, description="null: any")

    def list_given(self) -> dict[str, Any]:
        """What is to change: null only where that means that there is no limit, else it is as good as left out."""
        given = self.model_dump(exclude_unset=True)
        return {name: value for name, value in given.items() if value is not None or FIELDS[name].is_optional}

    def find_problems(self) -> Sequence[Problem]:
        """What sellers have against the terms that are sent, seen alone."""
        given = self.list_given()
        sound = {"supports_auto_post": True, **given}
        found = parts.find_billing_terms_problems(parts.BillingTerms(**sound))
        return [problem for problem in found if problem.field in given]


class NewBankAccount(Body):
    """Where customers may transfer money to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"currency": "EUR", "holder": "Acme B.V.", "iban": "NL91ABNA0417164300"}]}
    )

    currency: Currency
    holder: Text200
    iban: Text40
    bic: Text40 = ""
    is_default: bool = Field(True, description="replaces the default of this currency before it")


class NewVatRegistration(Body):
    """A VAT number of the seller, and when it holds."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"country": "DE", "number": "DE123456789", "starts_on": "2026-01-01"}]}
    )

    country: Country
    number: Text40
    starts_on: Day
    ends_until: Day | None = Field(None, description="first day without it")
    scheme: Literal["local", "one_stop_shop"] = Field("local", description="one_stop_shop: consumers in all of the EU")


class NewSeller(Body):
    """All that it takes to begin billing. Numbers read INV-, CN- and DN- with six digits."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "gracht", "currency": "EUR", "legal_name": "Gracht B.V.", "country": "NL"}]
        }
    )

    code: Text40
    currency: Currency
    legal_name: Text200
    country: Country
    time_zone: Text40 = "UTC"
    email_domain: Text200 = ""
    profile: ProfileChange | None = Field(None, description="the other legal texts")
    vat_registrations: list[NewVatRegistration] = Field(default_factory=list, max_length=100)
    bank_accounts: list[NewBankAccount] = Field(default_factory=list, max_length=100)

    def as_seller(self) -> parts.NewSeller:
        """The seller that is wanted."""
        others = self.profile.model_dump(exclude_none=True) if self.profile else {}
        texts = {**others, "legal_name": self.legal_name, "country": self.country}
        return parts.NewSeller(
            code=self.code,
            currency=self.currency,
            time_zone=self.time_zone,
            email_domain=self.email_domain,
            profile=parts.ProfileText(**texts),
            vat_registrations=tuple(parts.Registration(**each.model_dump()) for each in self.vat_registrations),
            bank_accounts=tuple(parts.BankDetails(**each.model_dump()) for each in self.bank_accounts),
        )

    def find_problems(self) -> Sequence[Problem]:
        """What sellers have against it, seen alone."""
        return parts.find_seller_problems(self.as_seller())


@router.post("/sellers", response={201: Seller}, auth=Needs(SELLERS_WRITE))
def create_seller(request: HttpRequest, body: NewSeller) -> dict[str, Any]:
    """Make a seller. Currency and number series are fixed from then on."""
    return show_seller(make_seller(body.as_seller(), at=clock.now(), actor=get_actor(request)).code)


@router.patch("/sellers/{code}", response=Seller, auth=Needs(SELLERS_WRITE))
def change_seller(request: HttpRequest, code: Path[Text40], body: SettingsChange) -> dict[str, Any]:
    """Change time zone or e-mail domain. What is posted keeps its dates."""
    seller = get_seller(code)
    present = SellerSettings(seller.time_zone, seller.email_domain)
    settings = present._replace(**body.model_dump(exclude_none=True))
    change_seller_settings(seller, settings=settings, at=clock.now(), actor=get_actor(request))
    return show_seller(code)


@router.patch("/sellers/{code}/profile", response=Seller, auth=Needs(SELLERS_WRITE))
def change_profile(request: HttpRequest, code: Path[Text40], body: ProfileChange) -> dict[str, Any]:
    """Change legal texts: a new version, for what is posted from now on."""
    seller = get_seller(code)
    present = get_current_profile(seller.pk)
    texts = {each.name: getattr(present, each.name) for each in fields(parts.ProfileText)}
    profile = parts.ProfileText(**{**texts, **body.model_dump(exclude_none=True)})
    change_seller_profile(seller, profile=profile, at=clock.now(), actor=get_actor(request))
    return show_seller(code)


@router.patch("/sellers/{code}/billing-rule", response=Seller, auth=Needs(SELLERS_WRITE))
def change_billing_rule(request: HttpRequest, code: Path[Text40], body: BillingRuleChange) -> dict[str, Any]:
    """Change how the seller bills from now on."""
    seller = get_seller(code)
    present = get_billing_rule(seller.pk)
    terms = {name: getattr(present, name) for name in asdict(parts.BillingTerms())}
    changed = parts.BillingTerms(**{**terms, **body.list_given()})
    set_billing_rule(seller, terms=changed, at=clock.now(), actor=get_actor(request))
    return show_seller(code)


@router.post("/sellers/{code}/bank-accounts", response={201: Seller}, auth=Needs(SELLERS_WRITE))
def add_seller_bank_account(request: HttpRequest, code: Path[Text40], body: NewBankAccount) -> dict[str, Any]:
    """Add a bank account that customers may transfer to."""
    details = parts.BankDetails(**body.model_dump())
    add_bank_account(get_seller(code), details=details, at=clock.now(), actor=get_actor(request))
    return show_seller(code)


@router.post("/sellers/{code}/vat-registrations", response={201: Seller}, auth=Needs(SELLERS_WRITE))
def add_seller_vat_registration(request: HttpRequest, code: Path[Text40], body: NewVatRegistration) -> dict[str, Any]:
    """Add a VAT registration; of two in force in a country the later one counts."""
    registration = parts.Registration(**body.model_dump())
    add_vat_registration(get_seller(code), registration=registration, at=clock.now(), actor=get_actor(request))
    return show_seller(code)
