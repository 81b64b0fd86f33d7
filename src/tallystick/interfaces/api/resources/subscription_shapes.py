"""Shapes of subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Final, Literal

from ninja import Schema
from pydantic import ConfigDict, Field

from tallystick.catalog.core.items import LONGEST_INTERVAL_DAYS, LONGEST_INTERVAL_MONTHS
from tallystick.errors import Problem
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.resources.services import Code
from tallystick.interfaces.api.schemas import Body, Day, Event, GivenNumber, Id, Number, Reason, Row, Text80, Text200
from tallystick.subscriptions.core.new_subscription import (
    LARGEST_QUANTITY,
    LONGEST_COMMITMENT_MONTHS,
    find_subscription_problems,
)
from tallystick.subscriptions.core.new_subscription import NewDiscount as DiscountValues
from tallystick.subscriptions.core.new_subscription import NewService as ServiceValues
from tallystick.subscriptions.core.new_subscription import NewSubscription as SubscriptionValues

SubscriptionStatus = Literal[
    "draft",
    "awaiting_start",
    "trialing",
    "active",
    "past_due",
    "unpaid",
    "resting",
    "on_hold",
    "suspended",
    "canceled",
    "expired",
]
CollectionMethod = Literal["", "automatic", "remittance"]
ExternalId = Annotated[Text80, Field(min_length=1, description="its id where it came from", examples=["S-1001"])]
_FIELDS: Final = {
    "subscription": "external_id",
    "line": "external_id",
    "unit_price": "unit_price_override",
    "discount": "discounts",
    "discount_percent": "discounts",
    "discount_amount": "discounts",
    "discount_label": "discounts",
    "discount_until": "discounts",
}
Quantity = Annotated[GivenNumber, Field(ge=0, lt=LARGEST_QUANTITY)]


class SubscriptionQuery(Schema):
    """Which subscriptions."""

    seller: SellerCode = ""
    account_id: Id | None = None
    external_id: Text80 | None = None
    status: SubscriptionStatus | None = None


class NewDiscount(Body):
    """A reduction: percent, or an amount in major units for a whole period; a negative amount raises the charge."""

    kind: Literal["percent", "amount"]
    value: GivenNumber
    label: Text80 = "Discount"
    from_on: Day | None = None
    until_on: Day | None = Field(None, description="the first day without it")


class ServiceDiscount(Schema):
    """A reduction, as agreed."""

    kind: Literal["percent", "amount"]
    value: Number
    label: str
    from_on: date | None
    until_on: date | None


class NewSubscribedService(Body):
    """A service to be subscribed to."""

    service: Code = Field(description="code of a service of the plan")
    external_id: Text80 = Field("", description="tells it from others in the subscription; empty: the service's code")
    starts_on: Day | None = Field(None, description="null: with the subscription")
    ends_on: Day | None = Field(None, description="the first day without it")
    quantity: Quantity = Decimal(1)
    unit_price_override: GivenNumber | None = Field(
        None, description="instead of the catalog's price; below 0: a credit with every period"
    )
    description: Text200 = Field("", max_length=160, description="on the invoice; empty: the service's name")
    discounts: list[NewDiscount] = Field(default_factory=list, max_length=20)


class NewSubscription(Body):
    """What is agreed."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account": "C-1001",
                    "external_id": "S-1001",
                    "plan": "team",
                    "starts_on": "2026-03-01",
                    "services": [
                        {
                            "service": "seat",
                            "quantity": "5",
                            "discounts": [{"kind": "percent", "value": "10", "until_on": "2026-06-01"}],
                        }
                    ],
                }
            ]
        }
    )

    seller: SellerCode = ""
    account: Text80 = Field(min_length=1, description="external id of the account")
    external_id: ExternalId
    plan: Code
    services: list[NewSubscribedService] = Field(min_length=1, max_length=200)
    starts_on: Day
    ends_on: Day | None = Field(None, description="the first day without service")
    interval_months: int | None = Field(None, ge=1, le=LONGEST_INTERVAL_MONTHS, description="null: as the plan says")
    interval_days: int | None = Field(None, ge=1, le=LONGEST_INTERVAL_DAYS, description="instead of months")
    anchor_day: int | None = Field(
        None, ge=1, le=31, description="null: as the account says; 31: the last of the month"
    )
    commitment_months: int = Field(0, ge=0, le=LONGEST_COMMITMENT_MONTHS, description="agreed minimum term; 0: none")
    is_auto_renewed: bool = Field(False, description="bill runs renew its term of `commitment_months` when it ends")
    collection_method: CollectionMethod = Field("", description="empty: as the account's billing mode says")
    is_invoiced_separately: bool = False

    def as_subscription(self) -> SubscriptionValues:
        """The agreement that is wanted. A service that names no start starts with the subscription."""
        return SubscriptionValues(
            services=tuple(self._read(service) for service in self.services),
            **self.model_dump(exclude={"seller", "services"}),
        )

    def _read(self, service: NewSubscribedService) -> ServiceValues:
        values = service.model_dump(exclude={"discounts", "starts_on"})
        discounts = tuple(DiscountValues(**discount.model_dump()) for discount in service.discounts)
        return ServiceValues(starts_on=service.starts_on or self.starts_on, discounts=discounts, **values)

    def find_problems(self) -> Sequence[Problem]:
        """What subscriptions have against it, seen alone."""
        return [
            Problem(name_field(problem.field if place is None else f"services.{place}.{problem.field}"), problem.reason)
            for place, problem in find_subscription_problems(self.as_subscription())
        ]


def name_field(field: str) -> str:
    """The agreement names its fields as the columns of an import file; here they stand in one object each."""
    place, _, name = field.rpartition(".")
    if not place and name == "service":
        return "services"
    renamed = _FIELDS.get(name, name)
    return f"{place}.{renamed}" if place else renamed


class SubscriptionEnd(Body):
    """When a subscription ends, and why: say either the day of the cancellation or the first day without service."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ends_on": "2026-12-31", "reason": "moved abroad"}]})

    ends_on: Day | None = Field(None, description="the first day without service")
    canceled_on: Day | None = Field(
        None, description="the day of the cancellation; whether it is billed is said by the plan, else by the seller"
    )
    reason: Reason


class RenewalChoice(Body):
    """Whether bill runs renew a term when it ends, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_auto_renewed": False, "reason": "not agreed yet"}]})

    is_auto_renewed: bool
    reason: Reason


class SubscribedService(Row):
    """A service in a subscription."""

    id: int
    service: str = Field(validation_alias="service.code")
    external_id: str
    status: str
    description: str
    quantity: Number
    unit_price_override: Number | None
    is_mandatory: bool
    starts_on: date
    ends_on: date | None
    billed_through: date = Field(description="the first day that no bill covers yet")
    bundle_id: int | None = Field(description="the service of this subscription that it is a component of")
    discounts: list[ServiceDiscount]


class SubscriptionSummary(Row):
    """An agreement over time."""

    id: int
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    external_id: str
    plan: str = Field(validation_alias="plan.code")
    status: SubscriptionStatus
    interval_months: int
    interval_days: int
    anchor_day: int
    starts_on: date
    ends_on: date | None
    trial_until_on: date | None = Field(description="the first day after its trial")
    trial_converts: bool = Field(description="false: it expires with its trial")
    commitment_months: int
    is_auto_renewed: bool
    collection_method: CollectionMethod
    is_invoiced_separately: bool
    created_at: datetime


class ServicePlacement(Row):
    """How many of a service are on an item."""

    service_id: int = Field(validation_alias="subscription_service_id", description="id of the service in `services`")
    service: str = Field(validation_alias="subscription_service.service.code")
    quantity: Number
    from_on: date
    until_on: date | None = Field(description="the first day on which it is no longer so")


class InstalledItem(Row):
    """A device with a serial number, or a location, that services are on."""

    id: int
    name: str = Field(description="serial number, or name of the location")
    installed_on: date
    removed_on: date | None = Field(description="the first day without any service on it")
    placements: list[ServicePlacement] = Field(description="former ones last")


class Subscription(SubscriptionSummary):
    """A subscription with its services, how they are spread over installed items, and its history."""

    services: list[SubscribedService]
    installed_items: list[InstalledItem] = Field(description="those without services last")
    events: list[Event]
