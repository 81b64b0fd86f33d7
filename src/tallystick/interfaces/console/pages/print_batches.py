"""Print batches: files for the printer, made by a job and downloaded from here."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from tallystick.delivery.core.selection import Selection
from tallystick.delivery.models import PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.queries.batches import get_print_file
from tallystick.delivery.queries.lists import get_batch
from tallystick.interfaces.console import chips
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import crumb, draw_fragment, draw_page, needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import now
from tallystick.interfaces.console.reads.printing import count_waiting
from tallystick.interfaces.console.reads.workers import are_workers_alive
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.models import Seller

_FORMATS = {"pdf": "One PDF", "zip": "Zip of single PDFs"}

PRINT_BATCHES = Listing(
    title="Print batches",
    question="Which files went to the printer?",
    noun="print batch",
    nouns="print batches",
    rows=lambda: PrintBatch.objects.select_related("seller"),
    sort="-id",
    columns=(
        Column[PrintBatch](
            "Batch", lambda row: cells.Text(row.number, href=reverse("admin:print_batch", args=[row.pk]))
        ),
        Column[PrintBatch]("State", lambda row: cells.Chip(chips.describe(row.status)), sort="status"),
        Column[PrintBatch]("File", lambda row: cells.Text(_FORMATS[row.file_format], row.seller.code)),
        Column[PrintBatch]("Documents", lambda row: cells.Count(row.document_count), is_right=True),
        Column[PrintBatch]("Asked for by", lambda row: cells.Text(row.requested_by)),
        Column[PrintBatch]("Asked for", lambda row: cells.Instant(row.created_at), sort="created_at"),
        Column[PrintBatch]("Made", lambda row: cells.Instant(row.made_at)),
    ),
    filters=(
        States(
            (
                ("pending", "At work", lambda rows: rows.filter(status="pending")),
                ("made", "Made", lambda rows: rows.filter(status="made")),
                ("failed", "Failed", lambda rows: rows.filter(status="failed")),
            )
        ),
    ),
    totals=lambda rows: Totals(rows.count()),
    empty=Empty("A batch takes everything that waits for the printer into one file.", "Bill runs", "admin:bill_runs"),
)


@needs(RECORDS_READ)
def list_print_batches(request: HttpRequest) -> HttpResponseBase:
    """All print batches, and what waits for one."""
    waiting = count_waiting()
    return show_listing(
        request, listing=PRINT_BATCHES, template="console/print_batches.html", context={"waiting": waiting}
    )


@needs(RECORDS_READ)
def show_print_batch(request: HttpRequest, *, batch_id: int) -> HttpResponseBase:
    """One batch; while it is made, the page renews itself."""
    batch = get_batch(batch_id)
    context = {"batch": batch, "file": _FORMATS[batch.file_format], "has_workers": are_workers_alive()}
    if request.headers.get("HX-Request"):
        if batch.status != "pending":
            return HttpResponse(headers={"HX-Refresh": "true"})
        return draw_fragment(request, template="console/parts/print_progress.html", context=context)
    crumbs = [crumb("Print batches", name="print_batches")]
    return draw_page(request, template="console/print_batch.html", title=batch.number, crumbs=crumbs, context=context)


@needs(RECORDS_READ)
def download(request: HttpRequest, *, batch_id: int) -> HttpResponseBase:
    """The file."""
    batch = get_batch(batch_id)
    path = get_print_file(batch)
    return FileResponse(path.open("rb"), as_attachment=True, filename=batch.file_name)


@require_POST
@needs(RECORDS_READ)
def make(request: HttpRequest) -> HttpResponse:
    """Take what waits for the printer, of one seller, into a batch."""
    code, file_format = request.POST.get("seller", ""), request.POST.get("format", "pdf")
    batch = perform(
        request,
        act=lambda: make_print_batch(
            Seller.objects.get(code=code),
            file_format=file_format,
            selection=Selection(),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda made: f"Print batch {made.number} takes {write_count(made.document_count, noun='document')}.",
    )
    return redirect("admin:print_batch", batch.pk) if batch else redirect("admin:print_batches")
