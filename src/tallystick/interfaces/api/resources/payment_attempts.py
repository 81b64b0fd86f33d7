"""Payment attempts that need a person: the gateway reports something else than was asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row
from tallystick.payments.operations.release_attempt import release_attempt
from tallystick.payments.queries import list_held_attempts
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENTS_RECORD, RECORDS_READ

router = Router(tags=["Payments"])
LIST = "held-payment-attempts"


class PaymentAttempt(Row):
    """One try to move one amount once."""

    id: int
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    gateway: str = Field(validation_alias="gateway_account.kind")
    gateway_ref: str = Field(description="the payment's name at the gateway")
    dashboard_url: str = Field(description="leads to it there")
    status: str
    amount_minor: int
    currency: str
    description: str
    held_because: str = Field(validation_alias="quarantine_reason", description="empty: it is not held")
    created_at: datetime


class AttemptRelease(Body):
    """What was found when both sides were compared."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "the gateway corrected the amount"}]})

    reason: Reason


@router.get("/payment-attempts/held", response=Page[PaymentAttempt], auth=Needs(RECORDS_READ))
def list_held_payment_attempts(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Attempts for which the gateway reports something other than was asked for, the oldest first."""
    after_id = read_cursor(paging, of=LIST)
    rows = list(list_held_attempts().filter(pk__gt=after_id)[: paging.limit + 1])
    return make_page(rows, paging=paging, of=LIST, get_id=lambda attempt: attempt.pk)


@router.post(
    "/payment-attempts/{attempt_id}/release",
    response=PaymentAttempt,
    auth=Needs(PAYMENTS_RECORD, is_key_required=True),
)
def release_payment_attempt(request: HttpRequest, attempt_id: Path[Id], body: AttemptRelease) -> object:
    """Have the gateway asked again after a person has compared both sides. Nothing is booked by this: if the gateway
    still reports something else, the attempt is held again."""
    return release_attempt(attempt_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
