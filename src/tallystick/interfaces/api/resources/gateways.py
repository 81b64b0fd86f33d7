"""Where a seller's customers can pay: its accounts at gateways. Keys are in the settings only and never shown."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.schemas import Body, Id, Text40, Text200
from tallystick.payments.operations.connect_gateway import connect_gateway as connect
from tallystick.payments.operations.connect_gateway import switch_gateway as switch
from tallystick.payments.queries.gateways import ConnectedGateway, get_connected_gateway, list_connected_gateways
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SELLERS_WRITE
from tallystick.sellers.queries import get_seller

router = Router(tags=["Sellers"])
Kind = Literal["mollie", "stripe", "sandbox"]
Mode = Literal["test", "live"]


class Gateway(Schema):
    """A seller's account at a gateway."""

    id: int
    kind: Kind
    mode: Mode
    is_active: bool = Field(description="whether charges are sent there; what is under way is looked up all the same")
    has_key: bool = Field(description="whether the settings have its key")
    hook_address: str = Field(description="address of webhooks to enter at the gateway; empty: none is needed")
    hook_events: list[str] = Field(description="the events to choose there")
    lacks: str = Field(description="what stands in its way, in plain words; empty: nothing")


class NewGateway(Body):
    """At which gateway the seller has an account; its key must be in the settings."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"kind": "mollie", "mode": "live"}]})

    kind: Kind
    mode: Mode = "test"


class GatewaySwitch(Body):
    """Off or on, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_active": False, "reason": "moved to Mollie"}]})

    is_active: bool
    reason: Text200 = Field(min_length=1, description="it stays in the history")


@router.get("/sellers/{code}/gateways", response=list[Gateway], auth=Needs(RECORDS_READ))
def list_gateways(request: HttpRequest, code: Path[Text40]) -> list[dict[str, Any]]:
    """All that the seller was ever connected to; at most two of a kind."""
    return [_show(each) for each in list_connected_gateways(get_seller(code).pk)]


@router.post("/sellers/{code}/gateways", response={201: Gateway}, auth=Needs(SELLERS_WRITE))
def connect_gateway(request: HttpRequest, code: Path[Text40], body: NewGateway) -> dict[str, Any]:
    """Let the seller's customers pay there from now on."""
    seller = get_seller(code)
    made = connect(seller, kind=body.kind, mode=body.mode, at=clock.now(), actor=get_actor(request))
    return _show(get_connected_gateway(seller.pk, gateway_account_id=made.pk))


@router.post("/sellers/{code}/gateways/{gateway_id}/switch", response=Gateway, auth=Needs(SELLERS_WRITE))
def switch_gateway(
    request: HttpRequest, code: Path[Text40], gateway_id: Path[Id], body: GatewaySwitch
) -> dict[str, Any]:
    """Send no charge there any more, or send again. What is under way there is still looked up and booked."""
    seller = get_seller(code)
    account = get_connected_gateway(seller.pk, gateway_account_id=gateway_id)
    switch(account.pk, is_active=body.is_active, reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(get_connected_gateway(seller.pk, gateway_account_id=gateway_id))


def _show(each: ConnectedGateway) -> dict[str, Any]:
    shown = asdict(each)
    return {"id": shown.pop("pk"), **shown}
