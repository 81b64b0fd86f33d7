"""Payment runs: collect what is posted and due from those who pay automatically."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from tallystick.collection.operations.cancel_payment_run import cancel_payment_run as cancel_run
from tallystick.collection.operations.change_payment_run import RunChange
from tallystick.collection.operations.change_payment_run import change_payment_run as change_run
from tallystick.collection.operations.delete_payment_run import delete_payment_run as delete_run
from tallystick.collection.operations.start_payment_run import start_payment_run
from tallystick.collection.queries import lists, runs
from tallystick.collection.queries.timing import find_run_too_early
from tallystick.delivery.queries.undelivered import count_undelivered
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.payment_run_shapes import (
    DeletedPaymentRun,
    NewPaymentRun,
    PaymentRun,
    PaymentRunChange,
    PaymentRunStatus,
    PaymentRunSummary,
    PaymentRunWhy,
    list_warnings,
)
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Id
from tallystick.invoicing.queries.lists import get_run
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Payment runs"])
LIST = "payment-runs"


class PaymentRunQuery(Schema):
    """Which runs."""

    seller: SellerCode = ""
    status: PaymentRunStatus | None = None


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
        options=body.as_options(),
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
def cancel_payment_run(request: HttpRequest, run_id: Path[Id], body: PaymentRunWhy) -> dict[str, Any]:
    """Cancel a run that has not begun; of a schedule this is the one occurrence, and the next one waits then."""
    cancel_run(runs.get_payment_run_by_id(run_id), reason=body.reason, at=clock.now(), actor=get_actor(request))
    return _show(run_id)


@router.patch("/payment-runs/{run_id}", response=PaymentRun, auth=Needs(PAYMENT_RUNS_CREATE))
def change_payment_run(request: HttpRequest, run_id: Path[Id], body: PaymentRunChange) -> dict[str, Any]:
    """Change a run that waits: this one occurrence; its schedule stays as it is."""
    change = RunChange(
        body.starts_at,
        body.after_hours,
        body.choices.as_filters() if body.choices else None,
        body.choices.as_options() if body.choices else None,
    )
    change_run(runs.get_payment_run_by_id(run_id), change=change, at=clock.now(), actor=get_actor(request))
    return _show(run_id)


@router.post(
    "/payment-runs/{run_id}/delete",
    response=DeletedPaymentRun,
    auth=Needs(PAYMENT_RUNS_CREATE, is_key_required=True),
)
def delete_payment_run(request: HttpRequest, run_id: Path[Id], body: PaymentRunWhy) -> object:
    """Delete a canceled or failed run that took nothing; a line of it stays."""
    run = runs.get_payment_run_by_id(run_id)
    return delete_run(run, reason=body.reason, at=clock.now(), actor=get_actor(request))


def _show(run_id: int) -> dict[str, Any]:
    run = runs.get_payment_run_by_id(run_id)
    progress = runs.get_payment_run_progress(run_id)
    return {
        **PaymentRunSummary.from_orm(run).model_dump(),
        **progress._asdict(),
        "totals": [total._asdict() for total in progress.totals],
        "undelivered": count_undelivered(runs.list_document_ids(run_id)),
        "follow_up": runs.write_follow_up(progress),
        "warnings": list_warnings(find_run_too_early(run, at=clock.now())),
        "events": lists.list_run_events(run_id),
    }
