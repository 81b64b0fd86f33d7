"""Payments: money that arrived, through a gateway or by transfer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Day, Id, Row, Text140
from tallystick.journeys.record_transfer import Share, record_account_transfer, record_transfer
from tallystick.payments import queries
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_RECORD, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payments"])
LIST = "payments"
LARGEST_MINOR = 10**15

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
    recorded_by: str = Field(validation_alias="actor_label", description="empty for what came through a gateway")


class NewTransfer(Body):
    """Money that arrived at the bank for an invoice."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_minor": 12100, "reference": "statement 17"}]})

    amount_minor: int | None = Field(
        None, ge=1, le=LARGEST_MINOR, description="in minor units of the invoice's currency; left out: all that is open"
    )
    reference: Text140 = Field("", description="what tells it at the bank")
    received_on: Day | None = Field(None, description="the day on which it arrived; left out: today")


class TransferShare(Body):
    """How much of a payment is for an invoice."""

    invoice_id: Id
    amount_minor: int = Field(ge=1, le=LARGEST_MINOR)


class NewAccountTransfer(Body):
    """Money that arrived at the bank from an account."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_minor": 2500, "reference": "statement 17"}]})

    amount_minor: int = Field(ge=1, le=LARGEST_MINOR, description="in minor units of the account's currency")
    reference: Text140 = Field("", description="what tells it at the bank")
    received_on: Day | None = Field(None, description="the day on which it arrived; left out: today")
    shares: list[TransferShare] = Field(
        default_factory=list,
        max_length=100,
        description="how much of it is for which invoices, together at most the amount; left out: the oldest due first",
    )


@router.post(
    "/invoices/{invoice_id}/payments", response={201: Payment}, auth=Needs(PAYMENTS_RECORD, is_key_required=True)
)
def record_invoice_payment(request: HttpRequest, invoice_id: Path[Id], body: NewTransfer) -> object:
    """Record a bank transfer for a posted invoice, which it settles first; what is left over stays customer credit.
    What is not owed, such as a draft, is refused with the reason."""
    transfer = record_transfer(
        invoice_id,
        amount_minor=body.amount_minor,
        reference=body.reference,
        received_on=body.received_on,
        at=clock.now(),
        actor=get_actor(request),
    )
    return queries.get_payment(transfer.payment_id)


@router.post(
    "/accounts/{account_id}/payments", response={201: Payment}, auth=Needs(PAYMENTS_RECORD, is_key_required=True)
)
def record_account_payment(request: HttpRequest, account_id: Path[Id], body: NewAccountTransfer) -> object:
    """Record a bank transfer of an account: it settles the invoices that `shares` name, then the oldest due; what is
    left is customer credit."""
    transfer = record_account_transfer(
        account_id,
        amount_minor=body.amount_minor,
        reference=body.reference,
        received_on=body.received_on,
        shares=[Share(each.invoice_id, each.amount_minor) for each in body.shares],
        at=clock.now(),
        actor=get_actor(request),
    )
    return queries.get_payment(transfer.payment_id)


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
