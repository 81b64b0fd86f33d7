"""Correct what is posted: each page shows what will be posted, in numbers, before it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse as address_of
from django.views.decorators.http import require_POST

from tallystick.errors import InvalidInput, Refusal
from tallystick.interfaces.console.acting import get_actor, perform, show_refusal
from tallystick.interfaces.console.chrome import Crumb, crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.pages.correction_forms import CorrectionForm, ReasonForm, VoidForm
from tallystick.interfaces.console.reads.calendar import now
from tallystick.invoicing.core.correction import CREDIT_NOTE, DEBIT_NOTE
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.cancel_bill import cancel_bill
from tallystick.invoicing.operations.issue_correction import draft_correction, issue_correction, post_correction
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice
from tallystick.invoicing.operations.void_document import void_document
from tallystick.invoicing.queries.correctable import (
    CorrectionPreview,
    load_correctable,
    preview_correction,
    preview_reversal,
)
from tallystick.invoicing.queries.documents import get_document
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, INVOICES_ADJUST

_WORDS = {CREDIT_NOTE: "credit note", DEBIT_NOTE: "debit note"}


@needs(INVOICES_ADJUST)
def credit(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """A credit note: amounts, then what it will be, then it is posted or left as a draft."""
    return _correct(request, get_document(document_id=document_id), CREDIT_NOTE)


@needs(INVOICES_ADJUST)
def debit(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """A debit note, the same way."""
    return _correct(request, get_document(document_id=document_id), DEBIT_NOTE)


def _correct(request: HttpRequest, document: Document, kind: str) -> HttpResponseBase:
    form = CorrectionForm(request.POST or None, document=document, kind=kind, of=load_correctable(document))
    preview: CorrectionPreview | None = None
    if request.method == "POST" and form.is_valid():
        try:
            ask = form.read_ask()
            preview = preview_correction(document, kind=kind, ask=ask)
            # only what was shown is done: a figure that has changed since is shown again
            if request.POST.get("shown") == str(preview.plan.gross_minor) and request.POST.get("step") != "show":
                act = draft_correction if request.POST.get("step") == "draft" else issue_correction
                note = act(document, kind=kind, ask=ask, at=now(), actor=get_actor(request), **_read_reason(form))
                messages.success(request, f"{_WORDS[kind].capitalize()} {note} is {note.status}.")
                return redirect("admin:invoice", note.pk)
        except Refusal as refusal:
            preview = None
            show_refusal(form, refusal=refusal)
    what = _WORDS[kind]
    button = f"Post the {what} over {_write(preview, document)}" if preview else ""
    return _draw(
        request, document, f"{what.capitalize()} for {document}", form, preview, button, may_draft=True, asks_first=True
    )


def _read_reason(form: ReasonForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("reason", "reason_code", "dated_on")}


def _write(preview: CorrectionPreview, document: Document) -> str:
    return write_money(preview.plan.gross_minor, currency=document.currency)


def _draw(
    request: HttpRequest,
    document: Document,
    title: str,
    form: ReasonForm,
    preview: CorrectionPreview | None,
    button: str,
    *,
    intro: str = "",
    may_draft: bool = False,
    asks_first: bool = False,
) -> HttpResponseBase:
    context = {
        "document": document,
        "form": form,
        "preview": preview,
        "button": button,
        "intro": intro,
        "may_draft": may_draft,
        "asks_first": asks_first,
        "back": address_of("admin:invoice", args=[document.pk]),
    }
    crumbs = [crumb("Invoices", name="invoices"), Crumb(str(document), str(context["back"]))]
    return draw_page(request, template="console/correct.html", title=title, crumbs=crumbs, context=context)


@needs(INVOICES_ADJUST)
def reverse(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """Reverse an invoice: what will be credited is shown, and that its periods are billed again."""
    document = get_document(document_id=document_id)
    intro = (
        "All that is left of it is credited and settles it, money that had paid it becomes free credit, and its "
        "periods can be billed again. Neither it nor its credit note can be changed afterwards."
    )
    form = ReasonForm(request.POST or None, document=document)

    def act() -> object:
        return reverse_invoice(document, at=now(), actor=get_actor(request), **_read_reason(form))

    return _take_back(request, document, "Reverse", intro, form, act)


@needs(INVOICES_ADJUST)
def void(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """Void a posted document: what will be posted against it is shown first."""
    document = get_document(document_id=document_id)
    intro = (
        "The opposite of all that is left of it is posted and settles it, and money that had paid it becomes free "
        "credit. It keeps its number and counts no more."
    )
    form = VoidForm(request.POST or None, document=document)

    def act() -> object:
        frees = form.cleaned_data["frees_periods"]
        return void_document(document, at=now(), actor=get_actor(request), frees_periods=frees, **_read_reason(form))

    return _take_back(request, document, "Void", intro, form, act)


def _take_back(
    request: HttpRequest, document: Document, verb: str, intro: str, form: ReasonForm, act: Callable[[], object]
) -> HttpResponseBase:
    preview: CorrectionPreview | None = None
    try:
        preview = preview_reversal(document)
        if request.method == "POST" and form.is_valid() and _is_shown(request, preview):
            act()
            messages.success(request, f"{document} is {'reversed' if verb == 'Reverse' else 'voided'}.")
            return redirect("admin:invoice", document.pk)
    except Refusal as refusal:
        if not form.is_bound:
            messages.error(request, f"{refusal.message} Nothing was changed.")
            return redirect("admin:invoice", document.pk)
        form.is_valid()
        show_refusal(form, refusal=refusal)
    button = f"{verb} {document}, {_write(preview, document)}" if preview else ""
    return _draw(request, document, f"{verb} {document}", form, preview, button, intro=intro)


def _is_shown(request: HttpRequest, preview: CorrectionPreview) -> bool:
    return request.POST.get("shown") == str(preview.plan.gross_minor)


@require_POST
@needs(INVOICES_ADJUST)
def post_note(request: HttpRequest, *, document_id: int) -> HttpResponse:
    """Post a drafted note."""
    document = get_document(document_id=document_id)
    perform(
        request,
        act=lambda: post_correction(document, at=now(), actor=get_actor(request)),
        done=lambda note: f"{note} over {write_money(note.gross_minor, currency=note.currency)} is posted.",
    )
    return redirect("admin:invoice", document_id)


@require_POST
@needs(BILL_RUNS_EDIT)
def reject(request: HttpRequest, *, document_id: int) -> HttpResponse:
    """Cancel a draft, with its pair."""
    document = get_document(document_id=document_id)
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: reject_draft(document, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda rejected: f"{len(rejected)} canceled; what was billed is due again.",
    )
    return redirect("admin:invoice", document_id)


@require_POST
@needs(INVOICES_ADJUST)
def cancel_whole_bill(request: HttpRequest, *, document_id: int) -> HttpResponse:
    """Cancel the bill that a document stands in."""
    document = get_document(document_id=document_id)
    reason = request.POST.get("reason", "")

    def cancel() -> list[Document]:
        if document.bill is None:
            raise InvalidInput(f"{document} stands in no bill; void it instead.", field="document")
        return cancel_bill(document.bill, reason=reason, at=now(), actor=get_actor(request))

    perform(
        request,
        act=cancel,
        done=lambda canceled: f"The bill is canceled: {', '.join(str(each) for each in canceled)}.",
    )
    return redirect("admin:invoice", document_id)
