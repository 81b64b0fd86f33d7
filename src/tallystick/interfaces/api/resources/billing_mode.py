"""Who moves an account's money: setting it managed, and the two ways back."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.account_shapes import AccountSummary
from tallystick.interfaces.api.schemas import Body, Day, Id, Reason
from tallystick.journeys.leave_managed import set_self_serve
from tallystick.journeys.set_managed import ManagedTerms, set_managed
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import ACCOUNTS_WRITE

router = Router(tags=["Accounts"])
Seats = Annotated[int, Field(ge=0, le=9_999_999_999, description="recorded, not charged; null: as they are")]


class NewManagement(Body):
    """What was agreed. What is null stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Their procurement wants invoices"}]})

    plan: str | None = Field(None, max_length=80, description="code of another plan, which is billed as an amendment")
    seats: Seats | None = None
    manager_email: str | None = Field(None, max_length=200, description="the staff user who manages the account")
    ends_card_subscription: bool = Field(
        False, description="confirms that what a saved method pays for by itself is charged no more"
    )
    reason: Reason


class WayBack(Body):
    """What becomes of what they have: it ends today, or on a day."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"way": "free_now", "reason": "They pay by card from now on"}]}
    )

    way: Literal["free_now", "keep_until"]
    ends_on: Day | None = Field(None, description="first day without, where they keep it until a day")
    reason: Reason


@router.post("/accounts/{account_id}/set-managed", response=AccountSummary, auth=Needs(ACCOUNTS_WRITE))
def set_account_managed(request: HttpRequest, account_id: Path[Id], body: NewManagement) -> object:
    """Let an account be invoiced and pay by itself. Refused while a saved method pays for a running subscription,
    unless it is confirmed that this ends."""
    set_managed(
        account_id,
        terms=ManagedTerms(body.plan, body.seats, body.manager_email),
        ends_card_subscription=body.ends_card_subscription,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return get_account_by_id(account_id)


@router.post("/accounts/{account_id}/set-self-serve", response=AccountSummary, auth=Needs(ACCOUNTS_WRITE))
def set_account_self_serve(request: HttpRequest, account_id: Path[Id], body: WayBack) -> object:
    """Leave managed: what they have ends today, or on a day that is to come."""
    set_self_serve(account_id, **body.model_dump(), at=clock.now(), actor=get_actor(request))
    return get_account_by_id(account_id)
