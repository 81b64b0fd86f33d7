"""Requests to customers for a new payment method: what was sent, and what is due sent now."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.delivery.operations.ask_for_methods import ask_for_methods
from tallystick.delivery.queries.method_requests import list_method_requests
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Id
from tallystick.interfaces.record_links import get_portal_address
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import DELIVERIES_SEND, RECORDS_READ

router = Router(tags=["Payments"])
LIST = "method-requests"


class MethodRequest(Schema):
    """A customer was asked for a new payment method."""

    id: int
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    method_id: int
    method_label: str = Field(validation_alias="method.label", examples=["Visa •••• 4242"])
    occasion: Literal["failed", "unconfirmed", "expiring"] = Field(
        description="failed: it can't be charged any more; unconfirmed: the bank wants the customer; expiring: it ends"
    )
    step_days: int = Field(description="days after the need arose: 0, 3, 7 or 14")
    told_on: date
    recipient: str
    sent_at: datetime | None = Field(description="null: the mail server has not taken it")
    problem: str


class RequestsSent(Schema):
    """What was sent now."""

    sent: int


@router.get("/accounts/{account_id}/method-requests", response=Page[MethodRequest], auth=Needs(RECORDS_READ))
def list_account_method_requests(request: HttpRequest, account_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """How often, when and why an account's customer was asked for a new payment method."""
    account = get_account_by_id(account_id)
    found = list_method_requests(account_id=account.pk, after_id=read_cursor(paging, of=LIST))
    return make_page(list(found[: paging.limit + 1]), paging=paging, of=LIST, get_id=lambda each: each.pk)


@router.post("/method-requests/send", response=RequestsSent, auth=Needs(DELIVERIES_SEND))
def send_method_requests(request: HttpRequest) -> dict[str, int]:
    """Send what is due today. A job does so every hour between 8 and 20 o'clock; nobody is told twice a day."""
    sent = ask_for_methods(
        at=clock.now(),
        actor=get_actor(request),
        portal_address=get_portal_address(request),
        waits_for_morning=False,
    )
    return {"sent": len(sent)}
