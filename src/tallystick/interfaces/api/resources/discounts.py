"""Discounts that several services share: those of a subscription, and those of an account."""

from __future__ import annotations

from datetime import date
from typing import Literal

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from tallystick.accounts.core.new_discount import NewAccountDiscount as AccountDiscountValues
from tallystick.accounts.operations.add_account_discount import add_account_discount as add_to_account
from tallystick.accounts.operations.end_account_discount import end_account_discount as end_of_account
from tallystick.accounts.queries import get_account_by_id, list_discounts
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Day, GivenNumber, Id, Number, Reason, Row, Text80
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ACCOUNTS_WRITE, RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewDiscount
from tallystick.subscriptions.operations.add_subscription_discount import add_subscription_discount as add_to
from tallystick.subscriptions.operations.end_subscription_discount import end_subscription_discount as end_of
from tallystick.subscriptions.queries import get_subscription, list_shared_discounts

router = Router(tags=["Discounts"])
OF_SUBSCRIPTION, OF_ACCOUNT = "subscription-discounts", "account-discounts"

Label = Text80


class NewSubscriptionDiscount(Body):
    """A discount that the services of a subscription share, behind those that there are."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"kind": "amount", "value": "6", "label": "Bundle", "reason": "agreed with customer"}]
        }
    )

    kind: Literal["percent", "amount"]
    value: GivenNumber = Field(gt=0, description="percent, or major units off a full period of the whole subscription")
    label: Label = Field("Discount", min_length=1, description="as it stands on invoices")
    from_on: Day | None = Field(None, description="null: from the start")
    until_on: Day | None = Field(None, description="the first day without it; null: until further notice")
    reason: Reason


class NewAccountDiscount(Body):
    """A discount on everything that an account is billed, behind those that there are."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"percent": "5", "label": "Partner", "reason": "partner of ours"}]}
    )

    percent: GivenNumber = Field(gt=0, le=100)
    label: Label = Field("Discount", min_length=1, description="as it stands on invoices")
    from_on: Day | None = Field(None, description="null: from the start")
    until_on: Day | None = Field(None, description="the first day without it; null: until further notice")
    reason: Reason


class DiscountEnd(Body):
    """When a discount ends."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"until_on": "2027-01-01"}]})

    until_on: Day = Field(description="the first day without it")


class SubscriptionDiscount(Row):
    """A discount that the services of a subscription share."""

    id: int
    position: int = Field(description="order of application")
    kind: Literal["percent", "amount"]
    value: Number
    label: str
    from_on: date | None
    until_on: date | None


class AccountDiscount(Row):
    """A discount on everything that an account is billed."""

    id: int
    position: int = Field(description="order of application")
    percent: Number
    label: str
    from_on: date | None
    until_on: date | None
    reason: str


@router.get("/subscriptions/{subscription_id}/discounts", response=Page[SubscriptionDiscount], auth=Needs(RECORDS_READ))
def list_subscription_discounts(request: HttpRequest, subscription_id: Path[Id], paging: Query[Paging]) -> object:
    """The discounts that its services share, those that ended too, in the order in which they apply."""
    after = read_cursor(paging, of=OF_SUBSCRIPTION)
    rows = list_shared_discounts(get_subscription(subscription_id).pk, after=after, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=OF_SUBSCRIPTION, get_id=lambda discount: discount.position)


@router.post(
    "/subscriptions/{subscription_id}/discounts",
    response={201: SubscriptionDiscount},
    auth=Needs(SUBSCRIPTIONS_WRITE),
)
def add_subscription_discount(request: HttpRequest, subscription_id: Path[Id], body: NewSubscriptionDiscount) -> object:
    """Give a subscription a discount. It counts for periods that begin while it is in force."""
    discount = NewDiscount(**body.model_dump(exclude={"reason"}))
    return add_to(subscription_id, discount=discount, at=clock.now(), actor=get_actor(request), reason=body.reason)


@router.post(
    "/subscription-discounts/{discount_id}/end", response=SubscriptionDiscount, auth=Needs(SUBSCRIPTIONS_WRITE)
)
def end_subscription_discount(request: HttpRequest, discount_id: Path[Id], body: DiscountEnd) -> object:
    """Let a discount of a subscription end; what is billed keeps it."""
    return end_of(discount_id, until_on=body.until_on, at=clock.now(), actor=get_actor(request))


@router.get("/accounts/{account_id}/discounts", response=Page[AccountDiscount], auth=Needs(RECORDS_READ))
def list_account_discounts(request: HttpRequest, account_id: Path[Id], paging: Query[Paging]) -> object:
    """The discounts of an account, those that ended too, in the order in which they apply."""
    after = read_cursor(paging, of=OF_ACCOUNT)
    rows = list_discounts(get_account_by_id(account_id).pk, after=after, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=OF_ACCOUNT, get_id=lambda discount: discount.position)


@router.post("/accounts/{account_id}/discounts", response={201: AccountDiscount}, auth=Needs(ACCOUNTS_WRITE))
def add_account_discount(request: HttpRequest, account_id: Path[Id], body: NewAccountDiscount) -> object:
    """Give an account a discount. It counts for periods that begin while it is in force."""
    discount = AccountDiscountValues(**body.model_dump(exclude={"reason"}))
    return add_to_account(account_id, discount=discount, at=clock.now(), actor=get_actor(request), reason=body.reason)


@router.post("/account-discounts/{discount_id}/end", response=AccountDiscount, auth=Needs(ACCOUNTS_WRITE))
def end_account_discount(request: HttpRequest, discount_id: Path[Id], body: DiscountEnd) -> object:
    """Let a discount of an account end; what is billed keeps it."""
    return end_of_account(discount_id, until_on=body.until_on, actor=get_actor(request))
