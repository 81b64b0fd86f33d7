"""Documents on their way out: PDFs to look at and to print, e-mails of one invoice, a selection or a whole run."""

from __future__ import annotations

from io import BytesIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.delivery.core.selection import Queued, Selection
from tallystick.delivery.errors import NothingSelected
from tallystick.delivery.models import PrintBatch
from tallystick.delivery.operations.make_print_batch import make_print_batch
from tallystick.delivery.operations.print_documents import print_documents
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.documents.queries import get_document_pdf, write_print_file
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.reads.calendar import now
from tallystick.invoicing.queries.documents import get_document
from tallystick.invoicing.queries.lists import get_run
from tallystick.plumbing.permissions import RECORDS_READ

_MOST_AT_ONCE = 100


@needs(RECORDS_READ)
def show_pdf(request: HttpRequest, *, document_id: int) -> HttpResponse:
    """The PDF of one document, in the browser."""
    document = get_document(document_id=document_id)
    return _answer_pdf(
        get_document_pdf(document_id, is_explained="explained" in request.GET),
        name=document.number or f"draft-{document.pk}",
    )


@require_POST
@needs(RECORDS_READ)
def download_selected(request: HttpRequest, *, run_id: int) -> HttpResponseBase:
    """The chosen documents of a run as one PDF, in the order of the page."""
    run = get_run(run_id)
    chosen = _read_documents(request)
    if not chosen:
        raise NothingSelected
    merged = BytesIO()
    write_print_file(chosen, into=merged)
    return _answer_pdf(merged.getvalue(), name=f"{run.number}-selection", is_download=True)


@require_POST
@needs(RECORDS_READ)
def email_invoice(request: HttpRequest, *, document_id: int) -> HttpResponse:
    """E-mail one document, again too; to another address if one is given."""
    given = request.POST
    perform(
        request,
        act=lambda: queue_deliveries(
            Selection(document_ids=(document_id,)),
            channels=("email",),
            recipient=given.get("recipient", "").strip(),
            is_repeat=given.get("again") == "1",
            at=now(),
            actor=get_actor(request),
        ),
        done=_write_queued,
    )
    return redirect("admin:invoice", document_id)


@require_POST
@needs(RECORDS_READ)
def deliver_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Deliver a posted run: as each account prefers, or all of it by e-mail; or the chosen documents by e-mail."""
    chosen = tuple(_read_documents(request))
    by_email = bool(chosen) or request.POST.get("way") == "email"
    perform(
        request,
        act=lambda: queue_deliveries(
            Selection(run_id=run_id, document_ids=chosen),
            channels=("email",) if by_email else (),
            is_repeat=request.POST.get("again") == "1",
            at=now(),
            actor=get_actor(request),
        ),
        done=_write_queued,
    )
    return redirect("admin:bill_run", run_id)


@require_POST
@needs(RECORDS_READ)
def print_run(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Put what waits for the printer, or the whole run, into a file; the file's page tells when it is made."""
    which, file_format = request.POST.get("which", "waiting"), request.POST.get("format", "pdf")

    def act() -> PrintBatch:
        seller, selection = get_run(run_id).seller, Selection(run_id=run_id)
        at, actor = now(), get_actor(request)
        if which == "waiting":
            return make_print_batch(seller, selection=selection, file_format=file_format, at=at, actor=actor)
        is_repeat = which == "again"
        return print_documents(
            seller, selection=selection, file_format=file_format, is_repeat=is_repeat, at=at, actor=actor
        )

    batch = perform(
        request,
        act=act,
        done=lambda made: f"Print batch {made.number} takes {write_count(made.document_count, noun='document')}.",
    )
    return redirect("admin:print_batch", batch.pk) if batch else redirect("admin:bill_run", run_id)


def _write_queued(queued: Queued) -> str:
    parts = []
    if queued.emails:
        parts.append(f"{write_count(queued.emails, noun='e-mail')} on the way")
    if queued.prints:
        parts.append(f"{write_count(queued.prints, noun='document')} waiting for the printer")
    if queued.skipped:
        parts.append(f"{queued.skipped:,} left out, since nothing is to be paid")
    if queued.failed:
        parts.append(f"{queued.failed:,} without an address (see Deliveries)")
    if queued.already:
        parts.append(f"{queued.already:,} asked for before and left alone")
    return f"{'; '.join(parts) or 'Nothing to deliver'}."


def _answer_pdf(pdf: bytes, *, name: str, is_download: bool = False) -> HttpResponse:
    response = HttpResponse(pdf, content_type="application/pdf")
    way = "attachment" if is_download else "inline"
    response["Content-Disposition"] = f'{way}; filename="{name.replace("/", "-")}.pdf"'
    return response


def _read_documents(request: HttpRequest) -> list[int]:
    """The chosen documents: a page of a list at most."""
    return [int(text) for text in request.POST.getlist("document") if text.isdecimal()][:_MOST_AT_ONCE]
