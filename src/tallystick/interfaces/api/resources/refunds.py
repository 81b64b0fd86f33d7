"""Refunds: money of a payment that goes back; and disputes, by which the payer's bank took it back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.payments import LARGEST_MINOR
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row, Text40
from tallystick.journeys.give_back import ask_refund, cancel_refund, confirm_refund
from tallystick.payments.queries import get_payment
from tallystick.payments.queries import refunds as queries
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_REFUND, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Refunds"])
LIST = "refunds"

RefundStatus = Literal["created", "submitting", "unknown", "pending", "succeeded", "failed", "canceled"]


class NewRefund(Body):
    """How much goes back, and why. What came by transfer also needs to where."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"amount_minor": 100, "reason": "billed twice"}]})

    amount_minor: int | None = Field(None, ge=1, le=LARGEST_MINOR, description="left out: all that is left of it")
    reason: Reason
    iban: Text40 = Field("", description="of a transfer: to where it goes back")


class RefundWhy(Body):
    """Why it does not go back after all."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the account is closed"}]})

    reason: Reason


class RefundQuery(Schema):
    """Which refunds."""

    seller: SellerCode = ""
    account_id: Id | None = None
    payment_id: Id | None = None
    status: RefundStatus | None = None


class Refund(Row):
    """A part of a payment on its way back. Amounts in minor units."""

    id: int
    payment_id: int
    account_id: int = Field(validation_alias="payment.account_id")
    account: str = Field(validation_alias="payment.account.external_id", description="external id of the account")
    amount_minor: int
    currency: str
    status: RefundStatus = Field(description="unknown: the gateway did not answer, it is looked up, never sent blindly")
    reason: str
    is_external: bool = Field(description="made in the gateway's own dashboard, and found there")
    iban: str = Field(description="of a transfer: to where a person sends it back")
    gateway_ref: str
    failure_code: str
    created_at: datetime
    final_at: datetime | None
    requested_by: str = Field(validation_alias="actor_label")


class Dispute(Row):
    """Money that the payer's bank took back: a chargeback, or a direct debit that bounced."""

    id: int
    payment_id: int
    gateway_ref: str
    amount_minor: int
    currency: str
    status: Literal["open", "won", "lost"]
    code: str = Field(description="our word for the reason")
    reason: str = Field(description="the bank's own")
    opened_at: datetime
    reversed_at: datetime | None = Field(description="since then we have the money again")


@router.post(
    "/payments/{payment_id}/refunds", response={201: Refund}, auth=Needs(PAYMENTS_REFUND, is_key_required=True)
)
def create_refund(request: HttpRequest, payment_id: Path[Id], body: NewRefund) -> object:
    """Give back a part of a payment, or all that is left. What it had paid is open again, as far as needed. It goes
    through the gateway by which it came, a moment later; of a transfer, a person sends it and confirms that."""
    refund_id = ask_refund(
        payment_id,
        amount_minor=body.amount_minor,
        reason=body.reason,
        iban=body.iban,
        at=clock.now(),
        actor=get_actor(request),
    )
    return queries.get_refund(refund_id)


@router.get("/refunds", response=Page[Refund], auth=Needs(RECORDS_READ))
def list_refunds(request: HttpRequest, which: Query[RefundQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Refunds, those found at gateways too."""
    filters = queries.RefundFilters(
        payment__account__seller_id=get_seller(which.seller).pk if which.seller else None,
        payment__account_id=which.account_id,
        payment_id=which.payment_id,
        status=which.status,
    )
    rows = queries.list_refunds(filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda refund: refund.pk)


@router.get("/refunds/{refund_id}", response=Refund, auth=Needs(RECORDS_READ))
def get_refund(request: HttpRequest, refund_id: Path[Id]) -> object:
    """One refund."""
    return queries.get_refund(refund_id)


@router.post("/refunds/{refund_id}/confirm", response=Refund, auth=Needs(PAYMENTS_REFUND))
def confirm_refund_sent(request: HttpRequest, refund_id: Path[Id]) -> object:
    """Say that a transfer was sent back: it has left the bank account."""
    confirm_refund(refund_id, at=clock.now(), actor=get_actor(request))
    return queries.get_refund(refund_id)


@router.post("/refunds/{refund_id}/cancel", response=Refund, auth=Needs(PAYMENTS_REFUND))
def cancel_refund_of_transfer(request: HttpRequest, refund_id: Path[Id], body: RefundWhy) -> object:
    """Say that a transfer does not go back after all, or came back to us: it is customer credit again."""
    cancel_refund(refund_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return queries.get_refund(refund_id)


@router.get("/payments/{payment_id}/disputes", response=list[Dispute], auth=Needs(RECORDS_READ))
def list_payment_disputes(request: HttpRequest, payment_id: Path[Id]) -> object:
    """Chargebacks and bounced debits of a payment, the newest first."""
    return queries.list_disputes(get_payment(payment_id).pk)
