"""Bill runs: draft, review, post or cancel."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.delivery.queries.deliveries import count_sent_emails
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.run_shapes import BillRun, BillRunSummary, RunChoices, RunStatus
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Body, Day, Id, Reason, Row
from tallystick.invoicing.operations.cancel_bill_run import cancel_bill_run as cancel_run
from tallystick.invoicing.operations.delete_bill_run import delete_bill_run as delete_run
from tallystick.invoicing.operations.post_bill_run import post_bill_run as post_run
from tallystick.invoicing.operations.start_bill_run import start_bill_run
from tallystick.invoicing.queries import lists, runs
from tallystick.invoicing.queries.advice import list_warnings
from tallystick.invoicing.queries.run_warnings import list_run_warnings
from tallystick.invoicing.queries.summary import get_run_summary
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_EDIT, BILL_RUNS_POST, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Bill runs"])
LIST = "bill-runs"


class RunQuery(Schema):
    """Which runs."""

    seller: SellerCode = ""
    status: RunStatus | None = None


class NewBillRun(RunChoices):
    """What a run shall bill. Empty filters mean everyone; several narrow each other."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"target_on": "2026-03-01", "invoice_on": "2026-03-01", "segments": ["retail"]}]
        }
    )

    seller: SellerCode = ""
    target_on: Day = Field(description="bill everything that falls due up to and including this day")
    invoice_on: Day | None = Field(None, description="the date on the invoices; null: today where the seller is")
    kind: Literal["bill", "catch_up"] = Field(
        "bill", description="catch_up makes no documents: what is due counts as billed by another system"
    )


class RunCancellation(Body):
    """Why a run is canceled."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "wrong target date"}]})

    reason: Reason


class RunDeletion(Body):
    """Why a run is deleted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "it was a try"}]})

    reason: Reason


class DeletedRun(Row):
    """What stays of a run that was deleted."""

    number: str
    status: RunStatus
    documents: int = Field(description="canceled drafts that went with it")
    deleted_at: datetime
    reason: str


class RunWarning(Schema):
    """Something unusual about what was asked for. The run is made all the same; cancel it if it was a slip."""

    code: Literal["target_far_ahead", "invoice_date_far_off"]
    field: str = Field(description="of the request")
    message: str


class StartedBillRun(BillRun):
    """A bill run that was just started, and what to look at twice."""

    date_warnings: list[RunWarning]


@router.get("/bill-runs", response=Page[BillRunSummary], auth=Needs(RECORDS_READ))
def list_bill_runs(request: HttpRequest, which: Query[RunQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Bill runs."""
    seller_id = get_seller(which.seller).pk if which.seller else None
    after_id = read_cursor(paging, of=LIST)
    rows = lists.list_runs(seller_id=seller_id, status=which.status, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda run: run.pk)


@router.post("/bill-runs", response={202: StartedBillRun}, auth=Needs(BILL_RUNS_CREATE, is_key_required=True))
def create_bill_run(request: HttpRequest, body: NewBillRun) -> dict[str, Any]:
    """Start a run. Workers draft everyone's invoices; ask for the run until its status is `completed`."""
    seller, at = get_seller(body.seller), clock.now()
    run = start_bill_run(
        seller,
        target_on=body.target_on,
        invoice_on=body.invoice_on,
        filters=body.as_filters(),
        options=body.as_options(),
        kind=body.kind,
        at=at,
        actor=get_actor(request),
    )
    warnings = list_run_warnings(seller, target_on=body.target_on, invoice_on=body.invoice_on, at=at)
    return {**_show(run.pk), "date_warnings": [warning._asdict() for warning in warnings]}


@router.get("/bill-runs/{run_id}", response=BillRun, auth=Needs(RECORDS_READ))
def get_bill_run(request: HttpRequest, run_id: Path[Id]) -> dict[str, Any]:
    """One run, its progress, totals and history."""
    return _show(run_id)


@router.post("/bill-runs/{run_id}/post", response={202: BillRun}, auth=Needs(BILL_RUNS_POST, is_key_required=True))
def post_bill_run(request: HttpRequest, run_id: Path[Id]) -> dict[str, Any]:
    """Post a completed run: its invoices get their numbers and are owed; only credit notes correct them then."""
    post_run(lists.get_run(run_id), at=clock.now(), actor=get_actor(request))
    return _show(run_id)


@router.post("/bill-runs/{run_id}/cancel", response={202: BillRun}, auth=Needs(BILL_RUNS_EDIT, is_key_required=True))
def cancel_bill_run(request: HttpRequest, run_id: Path[Id], body: RunCancellation) -> dict[str, Any]:
    """Cancel a run nothing of which is posted: all it charged can be billed again."""
    cancel_run(lists.get_run(run_id), reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(run_id)


@router.post("/bill-runs/{run_id}/delete", response=DeletedRun, auth=Needs(BILL_RUNS_EDIT, is_key_required=True))
def delete_bill_run(request: HttpRequest, run_id: Path[Id], body: RunDeletion) -> object:
    """Delete a canceled or failed run with its documents. Nothing was owed by them; a line of it stays."""
    return delete_run(lists.get_run(run_id), reason=body.reason, at=clock.now(), actor=get_actor(request))


def _show(run_id: int) -> dict[str, Any]:
    run = lists.get_run(run_id)
    progress = runs.get_run_progress(run_id)
    return {
        **BillRunSummary.from_orm(run).model_dump(),
        **progress._asdict(),
        "totals": [total._asdict() for total in progress.totals],
        "drawn": [total._asdict() for total in progress.drawn],
        "summary": _sum_up(run_id),
        "warnings": list_warnings(run.seller, auto_posts=run.auto_posts, auto_emails=run.auto_emails, at=clock.now()),
        "events": lists.list_run_events(run_id),
    }


def _sum_up(run_id: int) -> dict[str, Any]:
    figures = get_run_summary(run_id)._asdict()
    for phase in ("drafting", "posting"):
        duration = figures.pop(f"{phase}_duration")
        figures[f"{phase}_seconds"] = None if duration is None else int(duration.total_seconds())
    return {**figures, "emails_sent": count_sent_emails(run_id)}
