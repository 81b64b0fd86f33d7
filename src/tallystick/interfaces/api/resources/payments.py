"""Payments: money that arrived, and the methods by which it may be collected."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Day, Id, Row, Text40
from tallystick.payments import queries
from tallystick.payments.operations.store_methods import NewMethod, store_methods
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_METHODS_WRITE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payments"])
LIST = "payments"

PaymentKind = Literal["gateway", "transfer"]


class PaymentQuery(Schema):
    """Which payments."""

    seller: SellerCode = ""
    account_id: Id | None = None
    kind: PaymentKind | None = None
    received_on: Day | None = None


class Payment(Row):
    """A fact: this much arrived. What it settled stands with the invoices."""

    id: int
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    kind: PaymentKind
    gateway: str = Field(description="empty for a transfer")
    amount_minor: int
    currency: str
    reference: str
    received_on: date
    recorded_at: datetime


class NewPaymentMethod(Body):
    """A test gateway's card or IBAN."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"gateway": "sandbox", "number": "4242 4242 4242 4242"}]})

    gateway: Text40 = Field(min_length=1)
    number: Text40 = Field(min_length=1)


class PaymentMethod(Schema):
    """A saved method: what may be shown of it."""

    id: int
    kind: Literal["card", "sepa_debit"]
    label: str = Field(examples=["Visa •••• 4242"])
    state: Literal["pending", "valid", "stopped", "invalid", "revoked"]
    is_default: bool
    consecutive_failures: int
    last_failed_at: datetime | None
    created_at: datetime


@router.post(
    "/accounts/{account_id}/payment-methods", response={201: list[PaymentMethod]}, auth=Needs(PAYMENT_METHODS_WRITE)
)
def save_payment_method(request: HttpRequest, account_id: Path[Id], body: NewPaymentMethod) -> object:
    """Save a method by its number, as the account's default one. For test gateways only: real ones take the number
    from the customer themselves. Answers with all methods of the account."""
    account = get_account_by_id(account_id)
    store_methods(
        account.seller,
        methods=[NewMethod(account.pk, body.number)],
        gateway_kind=body.gateway,
        at=clock.now(),
        actor=get_actor(request),
    )
    return list(queries.list_methods(account.pk))


@router.get("/payments", response=Page[Payment], auth=Needs(RECORDS_READ))
def list_payments(request: HttpRequest, which: Query[PaymentQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Money that arrived."""
    filters = queries.PaymentFilters(
        account__seller_id=get_seller(which.seller).pk if which.seller else None,
        account_id=which.account_id,
        kind=which.kind,
        received_on=which.received_on,
    )
    rows = queries.list_recorded_payments(
        filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1
    )
    return make_page(rows, paging=paging, of=LIST, get_id=lambda payment: payment.pk)


@router.get("/payments/{payment_id}", response=Payment, auth=Needs(RECORDS_READ))
def get_payment(request: HttpRequest, payment_id: Path[Id]) -> object:
    """One payment."""
    return queries.get_payment(payment_id)


@router.get("/accounts/{account_id}/payment-methods", response=list[PaymentMethod], auth=Needs(RECORDS_READ))
def list_payment_methods(request: HttpRequest, account_id: Path[Id]) -> object:
    """How the account may be charged, the default method first."""
    return list(queries.list_methods(get_account_by_id(account_id).pk))
