"""Print batches: one file for the printer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import FileResponse, HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.queries import lists
from tallystick.delivery.queries.batches import get_print_file
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.files import describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode, SellerQuery
from tallystick.interfaces.api.schemas import Body, Id
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import DELIVERIES_SEND, RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Deliveries"])
LIST = "print-batches"
MEDIA_TYPES = {"pdf": "application/pdf", "zip": "application/zip"}


class NewPrintBatch(Body):
    """What shall be printed: everything that waits, or what waits of a run or of some documents."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"file_format": "pdf"}]})

    seller: SellerCode = ""
    file_format: Literal["pdf", "zip"] = Field("pdf", description="one PDF in printer order, or a zip of single ones")
    run_id: Id | None = None
    invoice_ids: list[Id] = Field(default_factory=list, max_length=10_000)


class PrintBatch(Schema):
    """A file for the printer."""

    id: int
    number: str = Field(examples=["PB-000001"])
    file_format: Literal["pdf", "zip"]
    status: Literal["pending", "made", "failed"]
    reason: str = Field(description="why it failed, if it did")
    document_count: int
    requested_by: str
    created_at: datetime
    made_at: datetime | None


@router.get("/print-batches", response=Page[PrintBatch], auth=Needs(RECORDS_READ))
def list_print_batches(request: HttpRequest, which: Query[SellerQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Print batches."""
    seller_id = get_seller(which.seller).pk if which.seller else None
    rows = lists.list_batches(seller_id=seller_id, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda batch: batch.pk)


@router.post("/print-batches", response={202: PrintBatch}, auth=Needs(DELIVERIES_SEND))
def create_print_batch(request: HttpRequest, body: NewPrintBatch) -> object:
    """Put what waits for the printer into a batch. A worker writes its file; ask until its status is `made`."""
    return make_print_batch(
        get_seller(body.seller),
        file_format=body.file_format,
        selection=Selection(body.run_id, tuple(body.invoice_ids)),
        at=clock.now(),
        actor=get_actor(request),
    )


@router.get("/print-batches/{batch_id}", response=PrintBatch, auth=Needs(RECORDS_READ))
def get_print_batch(request: HttpRequest, batch_id: Path[Id]) -> object:
    """One print batch."""
    return lists.get_batch(batch_id)


@router.get(
    "/print-batches/{batch_id}/file", auth=Needs(RECORDS_READ), openapi_extra=describe_file(*MEDIA_TYPES.values())
)
def download_print_batch(request: HttpRequest, batch_id: Path[Id]) -> FileResponse:
    """The file for the printer, once it is made."""
    batch = lists.get_batch(batch_id)
    path = get_print_file(batch)
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=path.name, content_type=MEDIA_TYPES[batch.file_format]
    )
