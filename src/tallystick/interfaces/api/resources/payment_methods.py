"""Payment methods: how an account may be charged."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Reason, Text40
from tallystick.payments import queries
from tallystick.payments.operations.refresh_methods import refresh_methods
from tallystick.payments.operations.resume_method import resume_method
from tallystick.payments.operations.set_failure_limit import set_failure_limit
from tallystick.payments.operations.store_methods import store_default_method
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payments"])
LIST, EXPIRING = "payment-methods", "expiring-payment-methods"


class NewPaymentMethod(Body):
    """A test gateway's card or IBAN."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"gateway": "sandbox", "number": "4242 4242 4242 4242"}]})

    gateway: Text40 = Field(min_length=1)
    number: Text40 = Field(min_length=1)


class MethodResumption(Body):
    """Why a method may be charged again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the customer raised the card's limit"}]})

    reason: Reason


class FailureLimit(Body):
    """After how many failures in a row a method rests."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"limit": 3, "reason": "an expensive card"}]})

    limit: int | None = Field(ge=1, le=100, description="null: as the billing rule says")
    reason: Reason


class Refreshed(Schema):
    """What a gateway's word changed."""

    changed: int = Field(description="how many methods are in another state now")
    methods: list[PaymentMethod]


class ExpiringMethods(Paging):
    """Of which seller."""

    seller: str = Field("", description="code of the seller; empty: all")


class PaymentMethod(Schema):
    """A saved method: what may be shown of it."""

    id: int
    kind: Literal["card", "sepa_debit"]
    label: str = Field(examples=["Visa •••• 4242"])
    state: Literal["pending", "valid", "stopped", "invalid", "revoked"]
    is_default: bool
    expires_on: date | None = Field(description="last day of a card; null: it has none, or it is not known")
    consecutive_failures: int
    failure_limit: int | None = Field(description="its own; null: as the billing rule says")
    last_failed_at: datetime | None
    created_at: datetime


class ExpiringMethod(PaymentMethod):
    """A method that ends soon, with its account."""

    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    account_name: str = Field(validation_alias="account.name")


@router.post(
    "/accounts/{account_id}/payment-methods", response={201: list[PaymentMethod]}, auth=Needs(PAYMENT_METHODS_WRITE)
)
def save_payment_method(request: HttpRequest, account_id: Path[Id], body: NewPaymentMethod) -> object:
    """Save a method by its number, as the account's default one. For test gateways only: real ones take the number
    from the customer themselves. Answers with all methods of the account."""
    account = get_account_by_id(account_id)
    store_default_method(
        account, number=body.number, gateway_kind=body.gateway, at=clock.now(), actor=get_actor(request)
    )
    return list(queries.list_methods(account.pk))


@router.get("/accounts/{account_id}/payment-methods", response=Page[PaymentMethod], auth=Needs(RECORDS_READ))
def list_payment_methods(request: HttpRequest, account_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """How the account may be charged; it is charged by the one that `is_default`."""
    after_id = read_cursor(paging, of=LIST)
    methods = queries.list_methods(get_account_by_id(account_id).pk).filter(pk__gt=after_id).order_by("pk")
    return make_page(list(methods[: paging.limit + 1]), paging=paging, of=LIST, get_id=lambda method: method.pk)


@router.get("/payment-methods/expiring", response=Page[ExpiringMethod], auth=Needs(RECORDS_READ))
def list_expiring_payment_methods(request: HttpRequest, filters: Query[ExpiringMethods]) -> dict[str, Any]:
    """Methods by which accounts are charged and whose last day is within 30 days, or was 30 days ago at most."""
    after_id = read_cursor(filters, of=EXPIRING)
    seller_id = get_seller(filters.seller).pk if filters.seller else None
    methods = queries.list_expiring_methods(clock.now().date(), seller_id=seller_id).filter(pk__gt=after_id)
    found = list(methods.order_by("pk")[: filters.limit + 1])
    return make_page(found, paging=filters, of=EXPIRING, get_id=lambda method: method.pk)


@router.post("/accounts/{account_id}/payment-methods/refresh", response=Refreshed, auth=Needs(PAYMENT_METHODS_WRITE))
def refresh_payment_methods(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """Ask the gateways which of the account's methods still stand: they send no word when a bank ends one."""
    account = get_account_by_id(account_id)
    changed = refresh_methods(account.pk, at=clock.now(), actor=get_actor(request))
    return {"changed": changed, "methods": list(queries.list_methods(account.pk))}


@router.post("/payment-methods/{method_id}/resume", response=PaymentMethod, auth=Needs(PAYMENT_METHODS_WRITE))
def resume_payment_method(request: HttpRequest, method_id: Path[Id], body: MethodResumption) -> object:
    """Let a stopped method be charged again, its failures in a row forgotten. One that is gone for good is refused."""
    return resume_method(method_id, reason=body.reason, at=clock.now(), actor=get_actor(request))


@router.put("/payment-methods/{method_id}/failure-limit", response=PaymentMethod, auth=Needs(PAYMENT_METHODS_WRITE))
def set_payment_method_limit(request: HttpRequest, method_id: Path[Id], body: FailureLimit) -> object:
    """Give a method a failure limit of its own. Its failures in a row are counted on; to forget them, resume it."""
    return set_failure_limit(method_id, limit=body.limit, reason=body.reason, at=clock.now(), actor=get_actor(request))
