"""Corrections of what is posted: credit notes, debit notes, reversals, voids; and rejected drafts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, Field

from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.resources.correction_shapes import (
    NewCorrection,
    Preview,
    PreviewQuery,
    Rejection,
    Reversal,
    Voiding,
    show_preview,
)
from tallystick.interfaces.api.resources.invoices import Invoice, InvoiceSummary, show_invoice
from tallystick.interfaces.api.resources.sellers import ReasonCode
from tallystick.interfaces.api.schemas import Body, Id, Text40, Text200
from tallystick.invoicing.core.correction import CorrectionAsk
from tallystick.invoicing.operations import cancel_bill as canceling
from tallystick.invoicing.operations.issue_correction import draft_correction, issue_correction, post_correction
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.reverse_invoice import reverse_invoice as reverse
from tallystick.invoicing.operations.void_document import void_document
from tallystick.invoicing.queries import correctable, documents
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, INVOICES_ADJUST, RECORDS_READ, SELLERS_WRITE
from tallystick.sellers.operations.set_reason_code import set_reason_code
from tallystick.sellers.queries import get_seller

router = Router(tags=["Corrections"])


class Reversed(Schema):
    """A document that was taken back, and what took it back (null: credit notes had left nothing)."""

    document: Invoice
    reversal: Invoice | None


class Documents(Schema):
    """Documents, in the order in which they were dealt with."""

    data: list[InvoiceSummary]


class ReasonCodeChange(Body):
    """Why a seller corrects documents."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Promised discount forgotten"}]})

    name: Text200
    is_active: bool = Field(True, description="false: it may not be given any more")


@router.get("/invoices/{invoice_id}/correction-preview", response=Preview, auth=Needs(RECORDS_READ))
def preview_correction(request: HttpRequest, invoice_id: Path[Id], which: Query[PreviewQuery]) -> dict[str, Any]:
    """What a correction would say before it is issued: a reversal, or a note over an amount for the whole document."""
    document = documents.get_document(document_id=invoice_id)
    if which.kind == "reversal":
        return show_preview(correctable.preview_reversal(document))
    ask = CorrectionAsk(net_minor=which.net_minor, gross_minor=which.gross_minor)
    return show_preview(correctable.preview_correction(document, kind=which.kind, ask=ask))


@router.post(
    "/invoices/{invoice_id}/corrections",
    response={201: Invoice},
    auth=Needs(INVOICES_ADJUST, is_key_required=True),
)
def create_correction(request: HttpRequest, invoice_id: Path[Id], body: NewCorrection) -> dict[str, Any]:
    """Issue a credit note or debit note against a posted invoice. The invoice itself never changes."""
    act = issue_correction if body.posts else draft_correction
    note = act(
        documents.get_document(document_id=invoice_id),
        kind=body.kind,
        ask=body.as_ask(),
        reason=body.reason,
        reason_code=body.reason_code,
        dated_on=body.dated_on,
        at=clock.now(),
        actor=get_actor(request),
    )
    return show_invoice(note.pk)


@router.post("/invoices/{invoice_id}/post", response=Invoice, auth=Needs(INVOICES_ADJUST, is_key_required=True))
def post_drafted_correction(request: HttpRequest, invoice_id: Path[Id]) -> dict[str, Any]:
    """Post a drafted credit note or debit note. Invoices are posted with their bill run."""
    note = post_correction(documents.get_document(document_id=invoice_id), at=clock.now(), actor=get_actor(request))
    return show_invoice(note.pk)


@router.post("/invoices/{invoice_id}/reject", response=Documents, auth=Needs(BILL_RUNS_EDIT, is_key_required=True))
def reject_invoice(request: HttpRequest, invoice_id: Path[Id], body: Rejection) -> dict[str, Any]:
    """Cancel a draft; a credit note of its bill follows. What it billed is due again."""
    rejected = reject_draft(
        documents.get_document(document_id=invoice_id), reason=body.reason, at=clock.now(), actor=get_actor(request)
    )
    return {"data": _read(rejected)}


@router.post("/invoices/{invoice_id}/reverse", response=Reversed, auth=Needs(INVOICES_ADJUST, is_key_required=True))
def reverse_invoice(request: HttpRequest, invoice_id: Path[Id], body: Reversal) -> dict[str, Any]:
    """Credit all that is left of an invoice in one step, and free its periods to be billed again."""
    done = reverse(
        documents.get_document(document_id=invoice_id),
        reason=body.reason,
        reason_code=body.reason_code,
        dated_on=body.dated_on,
        at=clock.now(),
        actor=get_actor(request),
    )
    return {
        "document": show_invoice(done.document.pk),
        "reversal": show_invoice(done.reversal.pk) if done.reversal else None,
    }


@router.post("/invoices/{invoice_id}/void", response=Reversed, auth=Needs(INVOICES_ADJUST, is_key_required=True))
def void_invoice(request: HttpRequest, invoice_id: Path[Id], body: Voiding) -> dict[str, Any]:
    """Void a posted document: the opposite is posted, and money that had settled it is free credit."""
    done = void_document(
        documents.get_document(document_id=invoice_id),
        reason=body.reason,
        reason_code=body.reason_code,
        dated_on=body.dated_on,
        frees_periods=body.frees_periods,
        at=clock.now(),
        actor=get_actor(request),
    )
    return {
        "document": show_invoice(done.document.pk),
        "reversal": show_invoice(done.reversal.pk) if done.reversal else None,
    }


@router.post("/bills/{bill_id}/cancel", response=Documents, auth=Needs(INVOICES_ADJUST, is_key_required=True))
def cancel_bill(request: HttpRequest, bill_id: Path[Id], body: Reversal) -> dict[str, Any]:
    """Cancel an account's latest bill: all its documents, the last first, and what it billed is due again."""
    canceled = canceling.cancel_bill(
        documents.get_bill(bill_id),
        reason=body.reason,
        dated_on=body.dated_on,
        at=clock.now(),
        actor=get_actor(request),
    )
    return {"data": _read(canceled)}


@router.put("/sellers/{code}/reason-codes/{reason_code}", response=ReasonCode, auth=Needs(SELLERS_WRITE))
def change_reason_code(
    request: HttpRequest, code: Path[Text40], reason_code: Path[Text40], body: ReasonCodeChange
) -> object:
    """Add a reason for corrections, rename it, or retire it."""
    return set_reason_code(
        get_seller(code), code=reason_code, name=body.name, is_active=body.is_active, actor=get_actor(request)
    )


def _read(changed: list[Any]) -> list[Any]:
    return [documents.get_document(document_id=document.pk) for document in changed]
