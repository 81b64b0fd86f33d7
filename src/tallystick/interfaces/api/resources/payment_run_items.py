"""The invoices in a payment run, what became of each, and the failures that need someone: retry or close them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.collection.operations.follow_up import close_items, retry_items
from tallystick.collection.queries import failures, runs
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.deliveries import Channel, QueuedDeliveries
from tallystick.interfaces.api.schemas import Body, Id, Reason, Row
from tallystick.journeys.deliver_payment_run import deliver_payment_run as deliver
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import DELIVERIES_SEND, PAYMENT_RUNS_CREATE, PAYMENTS_COLLECT, RECORDS_READ

router = Router(tags=["Payment runs"])
ITEMS = "payment-run-items"
FAILURES = "payment-run-failures"
MOST_AT_ONCE = 10_000

ItemStatus = Literal["due", "skipped", "credited", "collecting", "unknown", "processing", "collected", "failed"]


class PaymentRunItemQuery(Schema):
    """Which items."""

    status: ItemStatus | None = None


class PaymentRunItem(Row):
    """An invoice in a run. Amounts in minor units."""

    id: int
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    invoice_id: int = Field(validation_alias="document_id")
    number: str | None = Field(validation_alias="document.number")
    currency: str
    amount_minor: int = Field(description="open when the run took it")
    credited_minor: int = Field(description="of it, paid by customer credit")
    charged_minor: int = Field(description="of it, asked of the payment method")
    status: ItemStatus
    tries: int
    reason_code: str = Field(description="why it was skipped or failed")
    follow_up: Literal["", "open", "retried", "closed"] = Field(description="of a failure")
    note: str


class Failure(Row):
    """What a run could not collect, in plain words. Amounts in minor units."""

    item_id: int
    run: str = Field(validation_alias="run_number")
    account_id: int
    account: str = Field(validation_alias="account_external_id", description="external id of the account")
    account_name: str
    invoice_id: int = Field(validation_alias="document_id")
    number: str
    currency: str
    charged_minor: int
    open_minor: int = Field(description="what is owed now")
    follow_up: str
    note: str
    tries: int
    method_label: str
    method_expires_on: date | None = Field(description="last day of its card, where it has one")
    reason_code: str
    reason: str = Field(examples=["There was not enough money on the account."])
    next_step: str = Field(examples=["Try again later; the same method may work another day."])
    dashboard_url: str = Field(description="leads to the payment at the gateway")
    next_attempt_at: datetime | None = Field(description="a run takes it from then on; null: not without a person")
    later_run_id: int | None = Field(description="the next run that charged it, which has taken it over")
    later_run: str = Field(description="its number")


class ItemRetry(Body):
    """Which failures to charge again."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item_ids": []}]})

    item_ids: list[Id] = Field(default_factory=list, max_length=MOST_AT_ONCE, description="empty: all open failures")


class RefusedRetry(Schema):
    """A failure that can't be charged again now."""

    item_id: int
    number: str
    reason: str
    next_step: str


class Retried(Schema):
    """What came of trying again."""

    charged: int = Field(description="how many are charged again now")
    refused: list[RefusedRetry]


class ItemClosing(Body):
    """Which failures to close, and why."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"item_ids": [1], "note": "pays by transfer"}]})

    item_ids: list[Id] = Field(min_length=1, max_length=MOST_AT_ONCE)
    note: Reason


class Closed(Schema):
    """How many failures were closed."""

    closed: int


class RunDelivery(Body):
    """How the rest goes out."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"channels": ["email"]}]})

    channels: list[Channel] = Field(default_factory=list, max_length=2, description="empty: as each account prefers")


@router.get("/payment-runs/{run_id}/items", response=Page[PaymentRunItem], auth=Needs(RECORDS_READ))
def list_payment_run_items(
    request: HttpRequest, run_id: Path[Id], which: Query[PaymentRunItemQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """The invoices that a run took."""
    after_id = read_cursor(paging, of=ITEMS)
    run = runs.get_payment_run_by_id(run_id)
    rows = runs.list_items(run.pk, status=which.status or "", after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=ITEMS, get_id=lambda item: item.pk)


@router.get("/payment-runs/{run_id}/failures", response=Page[Failure], auth=Needs(RECORDS_READ))
def list_payment_run_failures(request: HttpRequest, run_id: Path[Id], paging: Query[Paging]) -> dict[str, Any]:
    """The follow-up list: what a run could not collect, why, and what to do next."""
    after_id = read_cursor(paging, of=FAILURES)
    run = runs.get_payment_run_by_id(run_id)
    rows = failures.list_failures(run_id=run.pk, after_id=after_id, limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=FAILURES, get_id=lambda failure: failure.item_id)


@router.post(
    "/payment-runs/{run_id}/retry", response={202: Retried}, auth=Needs(PAYMENTS_COLLECT, is_key_required=True)
)
def retry_payment_run_items(request: HttpRequest, run_id: Path[Id], body: ItemRetry) -> dict[str, Any]:
    """Charge open failures again. What can't be charged again is told and left."""
    run = runs.get_payment_run_by_id(run_id)
    retried = retry_items(run, item_ids=body.item_ids, at=clock.now(), actor=get_actor(request))
    return {"charged": len(retried.attempt_ids), "refused": [refused._asdict() for refused in retried.refused]}


@router.post("/payment-runs/{run_id}/close", response=Closed, auth=Needs(PAYMENT_RUNS_CREATE, is_key_required=True))
def close_payment_run_items(request: HttpRequest, run_id: Path[Id], body: ItemClosing) -> dict[str, Any]:
    """Close open failures with a note: nothing more is done about them in this run; the invoices stay owed."""
    run = runs.get_payment_run_by_id(run_id)
    closed = close_items(run, item_ids=body.item_ids, note=body.note, at=clock.now(), actor=get_actor(request))
    return {"closed": closed}


@router.post("/payment-runs/{run_id}/deliver", response={202: QueuedDeliveries}, auth=Needs(DELIVERIES_SEND))
def deliver_payment_run(request: HttpRequest, run_id: Path[Id], body: RunDelivery) -> dict[str, Any]:
    """Mail or e-mail its invoices that were not delivered yet; refused while a failure is open."""
    run = runs.get_payment_run_by_id(run_id)
    return deliver(run.pk, channels=body.channels, at=clock.now(), actor=get_actor(request))._asdict()
