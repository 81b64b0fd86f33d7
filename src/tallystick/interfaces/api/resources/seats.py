"""Seats: who uses what an account pays for by seat, told by the seller's product."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.accounts.queries import get_account_by_id
from tallystick.collection.queries.seats import SeatStanding, read_seat_standing
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Text80
from tallystick.journeys.sync_seats import sync_seats
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.subscriptions.core.seats import MOST_HOLDERS, Holder
from tallystick.subscriptions.queries.seats import list_seat_holders

router = Router(tags=["Seats"])
HOLDERS = "seat-holders"


class SeatHolder(Body):
    """A user in a workspace, both as your product names them."""

    workspace: Text80 = Field(min_length=1)
    user: Text80 = Field(min_length=1)
    role: Literal["member", "observer"] = Field("member", description="observers are free")
    state: Literal["active", "invited"] = Field("active", description="who is invited is shown, not billed")


class Seats(Body):
    """Who has a seat: the whole list, which takes the place of the one before."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"holders": [{"workspace": "north", "user": "ann"}]}]})

    holders: list[SeatHolder] = Field(max_length=MOST_HOLDERS)


class SeatsStand(Schema):
    """How seats and what is paid for them stand."""

    live: int = Field(description="distinct users who are active members of any workspace")
    invited: int
    observers: int
    billed: int = Field(description="the highest number of this period, which is what is billed for it")
    paid: int = Field(description="of these, without those whose charge failed")
    next_period: int = Field(description="billed with the next bill")
    billed_until: date | None = Field(description="first day of the next period; null: nothing is billed beyond today")
    not_in_line_since: datetime | None = Field(description="since when a failed charge for seats is open")


class ToldHolder(Schema):
    """A user in a workspace."""

    workspace: str
    user: str
    role: Literal["member", "observer"]
    state: Literal["active", "invited"]
    since_at: datetime


@router.put("/accounts/{account_id}/seats", response=SeatsStand, auth=Needs(SUBSCRIPTIONS_ACT, is_key_required=True))
def set_seats(request: HttpRequest, account_id: Path[Id], body: Seats) -> dict[str, Any]:
    """Tell who has a seat. Seats above those billed for this period are charged at once for the days left; removed ones
    are used again for nothing until the renewal. A charge that fails leaves the seats."""
    holders = [Holder(**each.model_dump()) for each in body.holders]
    return _show(sync_seats(account_id, holders=holders, at=clock.now(), actor=get_actor(request)))


@router.get("/accounts/{account_id}/seats", response=SeatsStand, auth=Needs(RECORDS_READ))
def get_seats(request: HttpRequest, account_id: Path[Id]) -> dict[str, Any]:
    """How many seats are used, billed and paid."""
    account = get_account_by_id(account_id)
    on = clock.now().astimezone(ZoneInfo(account.seller.time_zone)).date()
    return _show(read_seat_standing(account.pk, on=on))


@router.get("/accounts/{account_id}/seat-holders", response=Page[ToldHolder], auth=Needs(RECORDS_READ))
def list_account_seat_holders(request: HttpRequest, account_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """Who is in which workspace, as it was told last."""
    after_id = read_cursor(paging, of=HOLDERS)
    rows = list_seat_holders(get_account_by_id(account_id).pk).filter(pk__gt=after_id).order_by("pk")
    return make_page(list(rows[: paging.limit + 1]), paging=paging, of=HOLDERS, get_id=lambda row: row.pk)


def _show(standing: SeatStanding) -> dict[str, Any]:
    return {**standing.holders._asdict(), **standing._asdict()}
