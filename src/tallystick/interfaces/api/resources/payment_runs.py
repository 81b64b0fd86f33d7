"""Payment runs: collect what is posted and due from those who pay automatically."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.collection.operations.cancel_payment_run import cancel_payment_run as cancel_run
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries import lists, runs
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.run_shapes import PopulationFilters
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Day, Event, Id, Reason, Row
from tallystick.invoicing.queries.lists import get_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payment runs"])
LIST = "payment-runs"

PaymentRunStatus = Literal["pending", "running", "completed", "failed", "canceled"]


class PaymentRunQuery(Schema):
    """Which runs."""

    seller: SellerCode = ""
    status: PaymentRunStatus | None = None


class NewPaymentRun(PopulationFilters):
    """What a run shall collect. Empty filters mean everyone; several narrow each other."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target_on": "2026-03-01"}]})

    seller: SellerCode = ""
    target_on: Day = Field(description="collect what is due up to and including this day")
    bill_run_id: Id | None = Field(None, description="only invoices of this bill run")
    applies_credits: bool = Field(True, description="use free customer credit before charging")


class PaymentRunCancellation(Body):
    """Why a run is canceled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "collected by hand this month"}]})

    reason: Reason


class PaymentRunTotal(Schema):
    """A run in one currency, in minor units. Every invoice taken is in exactly one of the states."""

    currency: str
    invoices: int
    invoices_minor: int
    payments: int
    payments_minor: int
    errors: int
    errors_minor: int
    pending: int
    pending_minor: int
    credits_used_minor: int
    unprocessed: int = Field(description="skipped, or not yet begun")
    unprocessed_minor: int


class PaymentRunSummary(Row):
    """A payment run."""

    id: int
    number: str = Field(examples=["PR-000001"])
    seller: str = Field(validation_alias="seller.code")
    status: PaymentRunStatus
    target_on: date
    run_on: date
    bill_run_id: int | None
    applies_credits: bool
    reason: str = Field(description="why it failed or was canceled")
    created_by: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class PaymentRun(PaymentRunSummary):
    """A payment run and where it stands."""

    items_total: int
    items_done: int
    open_failures: int = Field(description="nobody has retried or closed them, and they are still owed")
    totals: list[PaymentRunTotal]
    events: list[Event]


@router.get("/payment-runs", response=Page[PaymentRunSummary], auth=Needs(RECORDS_READ))
def list_payment_runs(request: HttpRequest, which: Query[PaymentRunQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Payment runs."""
    seller_id = get_seller(which.seller).pk if which.seller else None
    after_id = read_cursor(paging, of=LIST)
    rows = lists.list_runs(seller_id=seller_id, status=which.status, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda run: run.pk)


@router.post("/payment-runs", response={202: PaymentRun}, auth=Needs(PAYMENT_RUNS_CREATE, is_key_required=True))
def create_payment_run(request: HttpRequest, body: NewPaymentRun) -> dict[str, Any]:
    """Start a run. Workers use credit, then charge saved methods; ask for the run until its status is `completed`."""
    run = start_payment_run(
        get_seller(body.seller),
        target_on=body.target_on,
        filters=body.as_filters(),
        bill_run=get_run(body.bill_run_id) if body.bill_run_id is not None else None,
        applies_credits=body.applies_credits,
        at=clock.now(),
        actor=get_actor(request),
    )
    return _show(run.pk)


@router.get("/payment-runs/{run_id}", response=PaymentRun, auth=Needs(RECORDS_READ))
def get_payment_run(request: HttpRequest, run_id: Path[Id]) -> dict[str, Any]:
    """One run, its progress and totals."""
    return _show(run_id)


@router.post(
    "/payment-runs/{run_id}/cancel", response=PaymentRun, auth=Needs(PAYMENT_RUNS_CREATE, is_key_required=True)
)
def cancel_payment_run(request: HttpRequest, run_id: Path[Id], body: PaymentRunCancellation) -> dict[str, Any]:
    """Cancel a run that has not begun; one that has begun is refused."""
    cancel_run(runs.get_payment_run_by_id(run_id), reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(run_id)


def _show(run_id: int) -> dict[str, Any]:
    run = runs.get_payment_run_by_id(run_id)
    progress = runs.get_payment_run_progress(run_id)
    return {
        **PaymentRunSummary.from_orm(run).model_dump(),
        **progress._asdict(),
        "totals": [total._asdict() for total in progress.totals],
        "events": lists.list_run_events(run_id),
    }
