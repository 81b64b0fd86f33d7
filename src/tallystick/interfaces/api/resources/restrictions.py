"""Restrictions of postpaid accounts, by hand."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.credit.operations.restrict_spending import lift_restriction, restrict_spending
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Id, Reason
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import CREDIT_WRITE

router = Router(tags=["Accounts"])


class NewRestriction(Body):
    """What a postpaid account may not do any more, and why. At least one of the two."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"stops_renewals": True, "reason": "Their bank called about fraud"}]}
    )

    stops_purchases: bool = Field(False, description="no new purchases on the account")
    stops_renewals: bool = Field(False, description="no renewals on the account")
    reason: Reason


class RestrictionLift(Body):
    """Why it is lifted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "Cleared up"}]})

    reason: Reason


class Restriction(Schema):
    """What is stopped, since when and why."""

    account_id: int
    stops_purchases: bool
    stops_renewals: bool
    reason: str
    restricted_at: datetime
    restricted_by: str
    lifted_at: datetime | None
    lifted_by: str
    lifted_reason: str


@router.put("/accounts/{account_id}/restriction", response=Restriction, auth=Needs(CREDIT_WRITE))
def restrict_account(request: HttpRequest, account_id: Path[Id], body: NewRestriction) -> object:
    """Restrict an unlimited postpaid account, at once. Nothing else ever does (BIL-35)."""
    return restrict_spending(account_id, **body.model_dump(), at=clock.now(), actor=get_actor(request))


@router.post("/accounts/{account_id}/restriction/lift", response=Restriction, auth=Needs(CREDIT_WRITE))
def lift_account_restriction(request: HttpRequest, account_id: Path[Id], body: RestrictionLift) -> object:
    """Let a restricted account spend again, at once."""
    return lift_restriction(account_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
