"""The deactivation queue, and the runs that switch services off and on again."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Day, Id, Row, Text40, Text80
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions.core.deactivation import DeactivationFilters
from tallystick.subscriptions.operations.start_deactivation_run import (
    delete_deactivation_run as delete_run,
)
from tallystick.subscriptions.operations.start_deactivation_run import (
    start_deactivation_run,
)
from tallystick.subscriptions.queries import deactivation as queries

router = Router(tags=["Deactivation"])
QUEUE, RUNS = "deactivation-queue", "deactivation-runs"

Kind = Literal["deactivate", "activate"]
Repetition = Literal["once", "daily", "weekly", "monthly"]
Codes = Annotated[list[Text80], Field(max_length=100)]
Minor = Annotated[int, Field(ge=0, le=10**15)]


class QueueQuery(Schema):
    """Whose."""

    seller: SellerCode = ""
    account_id: Id | None = None


class QueuedService(Schema):
    """A service that was not renewed: queued it is still up, deactivated it is off."""

    id: int = Field(validation_alias="candidate_id")
    account_id: int
    account: str
    account_name: str
    subscription_id: int
    subscription: str
    subscription_service_id: int
    service: str
    status: Literal["queued", "deactivated"]
    reason: Literal["no_funds", "over_limit", "restricted", "no_prerequisite", "no_mandatory"]
    queued_by: str = Field(description="the run that did not renew it")
    queued_at: datetime
    off_on: date | None = Field(description="the first day off")


class NewDeactivationRun(Body):
    """What a run takes; what is left out or null asks nothing."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"runs_on": "2030-01-31", "least_outstanding_minor": 1000}]}
    )

    seller: SellerCode = ""
    kind: Kind = "deactivate"
    runs_on: Day | None = Field(None, description="null: at once")
    repeats: Repetition = Field("once", description="the next of the series is defined when one is over")
    segments: Codes = []
    plans: Codes = []
    interval_months: list[Annotated[int, Field(ge=1, le=1200)]] = Field([], max_length=20)
    excluded_segments: Codes = []
    excluded_plans: Codes = []
    least_outstanding_minor: Minor | None = Field(None, description="only accounts that owe at least this")
    most_limit_minor: Minor | None = Field(None, description="only accounts with a limit of at most this")
    most_overdue_minor: Minor | None = Field(None, description="of an activation; null: as the billing rule says")
    longest_off_days: int | None = Field(
        None, ge=0, le=3650, description="of an activation; null: as the billing rule says"
    )

    def as_filters(self) -> DeactivationFilters:
        """The filters as the operation takes them."""
        asked: dict[str, Any] = self.model_dump(exclude={"seller", "kind", "runs_on", "repeats"})
        asked |= {name: tuple(value) for name, value in asked.items() if isinstance(value, list)}
        return DeactivationFilters(**asked)


class DeactivationRunSummary(Row):
    """A run over the queue."""

    id: int
    number: str = Field(examples=["DR-000001"])
    seller: str = Field(validation_alias="seller.code")
    kind: Kind
    status: Literal["pending", "completed", "deleted"]
    runs_on: date
    repeats: Repetition
    filters: dict[str, list[str | int] | int]
    created_at: datetime
    created_by: str
    executed_at: datetime | None
    deleted_at: datetime | None
    deleted_by: str


class DeactivationItem(Row):
    """What became of a service."""

    subscription_service_id: int
    account: str = Field(validation_alias="subscription_service.account.external_id")
    subscription: str = Field(validation_alias="subscription_service.subscription.external_id")
    service: Text40 = Field(validation_alias="subscription_service.service.code")
    outcome: Literal["deactivated", "activated", "left"]
    reason: str


class DeactivationRun(DeactivationRunSummary):
    """A run with its log."""

    items: list[DeactivationItem]


@router.get("/deactivation-queue", response=Page[QueuedService], auth=Needs(RECORDS_READ))
def list_deactivation_queue(request: HttpRequest, which: Query[QueueQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Services that were not renewed and wait to be switched off, and those that are off because of it."""
    rows = queries.list_queue(
        seller_id=get_seller(which.seller).pk if which.seller else None,
        account_id=which.account_id,
        after_id=read_cursor(paging, of=QUEUE),
        limit=paging.limit + 1,
    )
    page = make_page(rows, paging=paging, of=QUEUE, get_id=lambda row: row.candidate_id)
    return {**page, "data": [row._asdict() for row in page["data"]]}


@router.post("/deactivation-runs", response={201: DeactivationRun}, auth=Needs(SUBSCRIPTIONS_ACT, is_key_required=True))
def create_deactivation_run(request: HttpRequest, body: NewDeactivationRun) -> dict[str, Any]:
    """Switch off what is queued, or bring back what is off and can be paid: at once, or on a day to come."""
    run = start_deactivation_run(
        get_seller(body.seller),
        kind=body.kind,
        runs_on=body.runs_on,
        repeats=body.repeats,
        filters=body.as_filters(),
        at=clock.now(),
        actor=get_actor(request),
    )
    return _show(run.pk)


@router.get("/deactivation-runs", response=Page[DeactivationRunSummary], auth=Needs(RECORDS_READ))
def list_deactivation_runs(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Deactivation and activation runs."""
    rows = queries.list_deactivation_runs(after_id=read_cursor(paging, of=RUNS), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=RUNS, get_id=lambda run: run.pk)


@router.get("/deactivation-runs/{run_id}", response=DeactivationRun, auth=Needs(RECORDS_READ))
def get_deactivation_run(request: HttpRequest, run_id: Path[Id]) -> dict[str, Any]:
    """One run, and what it did with each service."""
    return _show(run_id)


@router.delete("/deactivation-runs/{run_id}", response={204: None}, auth=Needs(SUBSCRIPTIONS_ACT))
def delete_deactivation_run(request: HttpRequest, run_id: Path[Id]) -> None:
    """Delete a run that was not executed. It stays in the log as deleted; of one that repeats, that ends the series."""
    delete_run(run_id, at=clock.now(), actor=get_actor(request))


def _show(run_id: int) -> dict[str, Any]:
    run = queries.get_deactivation_run(run_id)
    return {**DeactivationRunSummary.from_orm(run).model_dump(), "items": queries.list_run_items(run_id)}
