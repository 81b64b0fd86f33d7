"""Payment links: issued for what an account owes or for an agreed amount, listed, canceled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Text200
from tallystick.interfaces.portal.page_tokens import LINK, Subject, make_address
from tallystick.interfaces.record_links import get_site_address
from tallystick.journeys.issue_link import issue_link, read_state
from tallystick.payments.operations.close_link import cancel_link
from tallystick.payments.queries.pages import PaymentLink, get_link, list_links
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, RECORDS_READ

router = Router(tags=["Payment links"])


class NewPaymentLink(Body):
    """Open invoices of the account, all where none is named; or an amount that is paid in advance. With nothing named
    and nothing open it asks for the coming period in advance: seats times price for the cadence, before VAT."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"amount_minor": 25000, "description": "Onboarding, as agreed"}]}
    )

    document_ids: list[Id] = Field([], max_length=50, description="open invoices of this account")
    amount_minor: int | None = Field(None, ge=1, lt=10**15, description="paid in advance: it becomes customer credit")
    description: Text200 = Field("", description="what the customer reads; needed with an amount")
    expires_at: datetime | None = Field(None, description="from when on it can't be paid; 30 days where not given")


class ShownLink(Schema):
    """A payment link, with the address that the customer is given."""

    id: int
    url: str
    state: str = Field(examples=["open"], description="open, paid, canceled or expired")
    amount_minor: int
    currency: str
    description: str
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None


@router.post("/accounts/{account_id}/payment-links", response=ShownLink, auth=Needs(PAYMENTS_COLLECT))
def issue_payment_link(request: HttpRequest, account_id: Path[Id], body: NewPaymentLink) -> dict[str, Any]:
    """A one-off link, paid on the gateway's own page. Nothing is charged or granted until it is paid."""
    link = issue_link(
        account_id,
        document_ids=body.document_ids,
        amount_minor=body.amount_minor,
        description=body.description,
        expires_at=body.expires_at,
        at=clock.now(),
        actor=get_actor(request),
    )
    return _show(request, link)


@router.get("/accounts/{account_id}/payment-links", response=Page[ShownLink], auth=Needs(RECORDS_READ))
def list_payment_links(request: HttpRequest, account_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """The links of an account, the oldest first."""
    get_account_by_id(account_id)
    after_id = read_cursor(paging, of="payment-links")
    rows = list_links(account_id).order_by("pk").filter(pk__gt=after_id)[: paging.limit + 1]
    shown = [_show(request, row) for row in rows]
    return make_page(shown, paging=paging, of="payment-links", get_id=lambda row: int(row["id"]))


@router.get("/payment-links/{link_id}", response=ShownLink, auth=Needs(RECORDS_READ))
def get_payment_link(request: HttpRequest, link_id: Path[Id]) -> dict[str, Any]:
    """A link as it stands now."""
    return _show(request, get_link(link_id))


@router.post("/payment-links/{link_id}/cancel", response=ShownLink, auth=Needs(PAYMENTS_COLLECT))
def cancel_payment_link(request: HttpRequest, link_id: Path[Id]) -> dict[str, Any]:
    """Let an open link be paid no more; nothing else changes."""
    return _show(request, cancel_link(link_id, at=clock.now(), actor=get_actor(request)))


def _show(request: HttpRequest, link: PaymentLink) -> dict[str, Any]:
    return {
        "id": link.pk,
        "url": make_address(Subject(LINK, link.pk), site_address=get_site_address(request)),
        "state": read_state(link, at=clock.now()),
        "amount_minor": link.amount_minor,
        "currency": link.currency,
        "description": link.description,
        "created_at": link.created_at,
        "expires_at": link.expires_at,
        "paid_at": link.paid_at,
    }
