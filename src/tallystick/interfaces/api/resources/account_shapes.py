"""Shapes of accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.core.new_account import (
    LARGEST_LIMIT_MINOR,
    LONGEST_TERMS_DAYS,
    AccountTerms,
    ContactDetails,
    Party,
    find_account_problems,
    find_contact_problems,
    find_party_problems,
    find_terms_problems,
    normalize_account,
)
from tallystick.accounts.core.new_account import NewAccount as AccountValues
from tallystick.errors import Problem
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Country, Currency, Name, Reason, Row, Text40, Text80, Text200

BillingMode = Literal["self_serve", "managed"]
ExternalId = Annotated[Text80, Field(min_length=1, description="its id where it came from", examples=["C-1001"])]
AnchorDay = Annotated[int, Field(ge=1, le=31, description="day of month that new cycles start from")]
NetTerms = Annotated[
    int, Field(ge=0, le=LONGEST_TERMS_DAYS, description="days; null: as the seller's billing rule says")
]
Limit = Annotated[int, Field(ge=0, le=LARGEST_LIMIT_MINOR, description="the most they may owe; null: no limit")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="of their invoices", examples=["en"])]
Email = Annotated[Text200, Field(description="where invoices are mailed to", examples=["ap@bakery.example"])]
VatNumber = Annotated[str, Field(max_length=30, pattern=r"^[-A-Za-z0-9 .]*$", examples=["NL123456782B90"])]


class AccountQuery(Schema):
    """Which accounts."""

    seller: SellerCode = ""
    external_id: Text80 | None = None
    customer_reference: Text80 | None = None
    segment: Text40 | None = None
    billing_mode: BillingMode | None = None


class NewAccount(Body):
    """Whom to bill, and on which terms."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "external_id": "C-1001",
                    "name": "Bakery Jansen",
                    "street": "Prinsengracht 12",
                    "postcode": "1015 DV",
                    "city": "Amsterdam",
                    "country": "NL",
                    "email": "ap@bakery.example",
                    "segment": "retail",
                    "is_printed": True,
                }
            ]
        }
    )

    seller: SellerCode = ""
    external_id: ExternalId
    name: Name
    is_business: bool = False
    street: Text200 = ""
    postcode: Text40 = Field("", max_length=20)
    city: Text80 = ""
    country: Country | None = None
    vat_number: VatNumber = ""
    email: Email = ""
    currency: Currency | None = Field(None, description="null: the seller's")
    customer_reference: Text80 = Field("", description="joins the accounts of one customer")
    billing_mode: BillingMode = "self_serve"
    receivable_limit_minor: Limit | None = None
    anchor_day: AnchorDay = 1
    segment: Text40 = Field("", description="runs can be filtered by it")
    net_terms_days: NetTerms | None = None
    is_emailed: bool = True
    is_printed: bool = False
    language: Language = "en"
    buyer_reference: Text80 = Field("", description="purchase order or routing id on their invoices")
    manager_email: Text200 = Field("", description="the staff user who manages the account")

    def as_account(self, *, currency: str) -> AccountValues:
        """The account that is wanted, in the seller's currency unless it names its own."""
        given = self.model_dump(exclude_none=True)
        return AccountValues(
            external_id=self.external_id,
            party=Party(**{name: given[name] for name in Party._fields if name in given}),
            terms=AccountTerms(
                **{"currency": currency, **{name: given[name] for name in AccountTerms._fields if name in given}}
            ),
            manager_email=self.manager_email,
        )

    def find_problems(self) -> Sequence[Problem]:
        """What accounts have against it, seen alone."""
        return find_account_problems(normalize_account(self.as_account(currency=self.currency or "EUR")))


class AccountChange(Body):
    """What to change; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"street": "Oudegracht 7", "city": "Utrecht"}]})

    name: Name = ""
    is_business: bool = False
    street: Text200 = ""
    postcode: Text40 = Field("", max_length=20)
    city: Text80 = ""
    country: Country = ""
    vat_number: VatNumber = ""
    email: Email = ""
    customer_reference: Text80 = ""
    receivable_limit_minor: Limit | None = None
    anchor_day: AnchorDay = 1
    segment: Text40 = ""
    net_terms_days: NetTerms | None = None
    is_emailed: bool = True
    is_printed: bool = False
    language: Language = "en"
    buyer_reference: Text80 = ""

    def find_problems(self) -> Sequence[Problem]:
        """What accounts have against the texts and terms that are sent."""
        given = self.model_dump(exclude_unset=True)
        party = Party(**{"name": "as it is", **{name: given[name] for name in Party._fields if name in given}})
        # Who is no business by now may be one: only the account itself knows.
        party = party._replace(is_business=given.get("is_business", True))
        terms = {name: given[name] for name in AccountTerms._fields if name in given}
        problems = find_party_problems(party) + find_terms_problems(AccountTerms(**{"currency": "EUR", **terms}))
        return [problem for problem in problems if problem.field in given]


class ManagerChange(Body):
    """Who manages the account from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": None}]})

    email: Email | None = Field(description="address of a staff user in the seller's own domain; null: nobody")


class Closing(Body):
    """Why the account is closed, or opened again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "The bakery was sold"}]})

    reason: Reason


class ContactChange(Body):
    """Whom to talk to."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Jo Jansen", "email": "jo@bakery.example", "phone": "+31 20 5550100"}]}
    )

    name: Text80 = Field(min_length=1)
    email: Email = ""
    phone: Text40 = ""

    def find_problems(self) -> Sequence[Problem]:
        """What accounts have against it, whatever the role."""
        found = find_contact_problems(ContactDetails(self.name, self.email, self.phone), role="admin")
        return [Problem(each.field.removeprefix("admin_"), each.reason) for each in found]


class Contact(Schema):
    """Whom to talk to at the customer."""

    role: Literal["admin", "billing"]
    name: str
    email: str
    phone: str


class AccountProfile(Schema):
    """Whom invoices are made out to. Each change is a new version; posted invoices keep theirs."""

    version: int
    name: str
    is_business: bool
    street: str
    postcode: str
    city: str
    country: str
    vat_number: str
    email: str


class AccountSummary(Row):
    """A party billed by one seller in one currency, with its terms."""

    id: int
    seller: str = Field(validation_alias="seller.code")
    external_id: str
    name: str
    customer_reference: str
    currency: str
    billing_mode: BillingMode
    funding_policy: str
    receivable_limit_minor: int | None
    anchor_day: int
    segment: str
    net_terms_days: int | None
    is_emailed: bool
    is_printed: bool
    language: str
    buyer_reference: str
    manager_email: str = Field("", validation_alias="manager.email", description="empty: nobody manages it")
    is_closed: bool = Field(description="takes nothing new: no subscription, no action but an ending")
    created_at: datetime


class Account(AccountSummary):
    """An account with its present profile and contacts."""

    profile: AccountProfile
    contacts: list[Contact]


class Balance(Schema):
    """What they owe and what we hold, in minor units. Balance: credit - receivable - unbilled."""

    currency: str
    receivable_minor: int
    unbilled_minor: int
    customer_credit_minor: int
    balance_minor: int
