"""Services of a subscription: let one rest, switch it off for a short term, let it go on."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page
from tallystick.interfaces.api.resources.subscription_shapes import SubscribedService
from tallystick.interfaces.api.schemas import Body, Day, Id, Reason
from tallystick.journeys.end_pauses import end_pause
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions import queries
from tallystick.subscriptions.operations.pause_service import pause_service
from tallystick.subscriptions.queries.deactivation import get_service

router = Router(tags=["Subscriptions"])


class NewPause(Body):
    """How a service pauses, from today."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "resting", "until_on": "2030-01-31", "reason": "on holiday"}]}
    )

    kind: Literal["resting", "short_term"]
    until_on: Day | None = Field(None, description="the first day on which it goes on; null: until it is ended")
    is_billable: bool = Field(False, description="a rest that is billed like service")
    extends_end: bool = Field(False, description="a fixed end moves on by the days of rest")
    reason: Reason


class PauseEnd(Body):
    """Why a service goes on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "back from holiday"}]})

    reason: Reason


@router.get("/subscriptions/{subscription_id}/services", response=Page[SubscribedService], auth=Needs(RECORDS_READ))
def list_subscription_services(request: HttpRequest, subscription_id: Path[Id]) -> dict[str, Any]:
    """The services of a subscription. They are few: there is one page."""
    found = queries.get_subscription(subscription_id)
    return {"data": queries.list_services(found.pk), "next_cursor": None}


@router.post("/subscription-services/{service_id}/pause", response=SubscribedService, auth=Needs(SUBSCRIPTIONS_WRITE))
def pause_subscription_service(request: HttpRequest, service_id: Path[Id], body: NewPause) -> Any:
    """Let a service rest, or switch it off for a short term, within the limits of the seller's billing rule."""
    pause_service(service_id, at=clock.now(), actor=get_actor(request), **body.model_dump())
    return get_service(service_id)


@router.post(
    "/subscription-services/{service_id}/resume",
    response=SubscribedService,
    auth=Needs(SUBSCRIPTIONS_WRITE, is_key_required=True),
)
def resume_subscription_service(request: HttpRequest, service_id: Path[Id], body: PauseEnd) -> Any:
    """Let a paused service go on, billed from today where that is due; it stays off where that can't be paid."""
    end_pause(service_id, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return get_service(service_id)
