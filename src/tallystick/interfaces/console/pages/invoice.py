"""One document: to whom, for what, how its amounts came about, what was paid, and everything that happened to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.catalog.queries import list_services
from tallystick.delivery.queries.deliveries import find_address, list_document_deliveries
from tallystick.errors import Forbidden, Refusal
from tallystick.interfaces.console.acting import get_actor, may
from tallystick.interfaces.console.chips import Status, describe_document
from tallystick.interfaces.console.chrome import crumb, draw_page, needs
from tallystick.interfaces.console.formats import write_money
from tallystick.interfaces.console.pages.payment_forms import is_payable
from tallystick.interfaces.console.reads.calendar import now, today
from tallystick.interfaces.console.reads.document_page import get_document_page
from tallystick.interfaces.portal.page_tokens import find_document_address
from tallystick.interfaces.record_links import get_site_address
from tallystick.invoicing.models import Document, DocumentEvent
from tallystick.invoicing.operations.add_draft_line import add_draft_line
from tallystick.invoicing.operations.change_draft_line import change_draft_line
from tallystick.invoicing.operations.drop_draft_line import drop_draft_line
from tallystick.invoicing.queries.documents import count_live_documents, find_making, get_document, list_corrections
from tallystick.money.amount import parse_minor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, INVOICES_ADJUST, PAYMENTS_RECORD, RECORDS_READ

_LINE = re.compile(r"line (\d+)(?:,| added)")


@needs(RECORDS_READ)
def show_invoice(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """The page of a document."""
    return _draw(request, document_id)


def _draw(request: HttpRequest, document_id: int, *, status: int = 200, **said: object) -> HttpResponseBase:
    """The page; `said` is a dialog that stays open, what was typed in it, and why it was refused."""
    document = get_document(document_id=document_id)
    name = document.number or f"Draft {document.pk}"
    context = {
        "document": document,
        "name": name,
        "status": _describe(document),
        "is_late": document.open_minor > 0 and document.due_on < today(),
        "can_change": (
            document.corrects_id is None and _is_under_review(document) and may(request, permission=BILL_RUNS_EDIT)
        ),
        "can_pay": is_payable(document) and may(request, permission=PAYMENTS_RECORD),
        **_draw_corrections(request, document),
        **get_document_page(document)._asdict(),
        **_draw_delivery(document),
        "hosted_url": find_document_address(document, site_address=get_site_address(request)),
        "changed_by_hand": _list_changed(document),
        **said,
    }
    context["services"] = list_services(document.seller_id) if context["can_change"] else []
    return draw_page(
        request,
        status=status,
        template="console/invoice.html",
        title=name,
        crumbs=[crumb("Invoices", name="invoices")],
        context=context,
    )


@require_POST
@needs(RECORDS_READ)
def change_line(request: HttpRequest, *, document_id: int, position: int) -> HttpResponseBase:
    """Set a draft line to another amount, for a reason (ZUO-47)."""
    document = get_document(document_id=document_id)

    def change() -> Document:
        return change_draft_line(
            document,
            position=position,
            net_minor=parse_minor(request.POST.get("amount", ""), document.currency),
            description=request.POST.get("description", "").strip() or None,
            reason=request.POST.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        )

    return _edit(request, document_id, change, f"Line {position} is changed", opened=f"line-{position}")


@require_POST
@needs(RECORDS_READ)
def add_line(request: HttpRequest, *, document_id: int) -> HttpResponseBase:
    """Put a line on a draft, for a reason (ZUO-47)."""
    document = get_document(document_id=document_id)

    def add() -> Document:
        return add_draft_line(
            document,
            service_code=request.POST.get("service", ""),
            net_minor=parse_minor(request.POST.get("amount", ""), document.currency),
            description=request.POST.get("description", ""),
            reason=request.POST.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        )

    return _edit(request, document_id, add, "The line is added", opened="line-new")


@require_POST
@needs(RECORDS_READ)
def drop_line(request: HttpRequest, *, document_id: int, position: int) -> HttpResponseBase:
    """Take a line off a draft, for a reason (ZUO-47)."""
    document = get_document(document_id=document_id)
    reason = request.POST.get("reason", "")

    def drop() -> Document:
        return drop_draft_line(document, position=position, reason=reason, at=now(), actor=get_actor(request))

    return _edit(request, document_id, drop, f"Line {position} is dropped", opened=f"drop-{position}")


def _edit(
    request: HttpRequest, document_id: int, act: Callable[[], Document], told: str, *, opened: str
) -> HttpResponseBase:
    """Do it; what is refused stays in its dialog as it was typed, with the reason."""
    try:
        changed = act()
    except Forbidden:
        raise
    except Refusal as refusal:
        given = {name: request.POST.get(name, "") for name in ("amount", "description", "reason", "service")}
        return _draw(request, document_id, status=422, opened=opened, refused=str(refusal), given=given)
    gross = write_money(changed.gross_minor, currency=changed.currency)
    messages.success(request, f"{told}; the draft now comes to {gross}.")
    return redirect("admin:invoice", document_id)


def _list_changed(document: Document) -> set[int]:
    """Positions of lines that somebody changed or added, by the history of the document."""
    told = DocumentEvent.objects.filter(document=document, event="change").values_list("reason", flat=True)
    return {int(found[1]) for reason in told if (found := _LINE.match(reason)) is not None}


def _draw_delivery(document: Document) -> dict[str, Any]:
    deliveries = list_document_deliveries(document.pk)
    return {
        "deliveries": deliveries,
        "was_emailed": any(each.channel == "email" and each.status != "failed" for each in deliveries),
        "address": find_address(document.account_id),
    }


def _draw_corrections(request: HttpRequest, document: Document) -> dict[str, Any]:
    """What may be done about it, and the notes that correct it."""
    may_adjust = may(request, permission=INVOICES_ADJUST)
    is_correctable = document.status == "posted" and document.reversed_at is None and not document.is_reversal
    is_note = document.corrects_id is not None
    may_edit = may(request, permission=BILL_RUNS_EDIT)
    return {
        "notes": list_corrections(document.pk),
        "told": find_making(document.pk) if is_note else None,
        "may_correct": is_correctable and may_adjust,
        "may_post_note": is_note and document.status == "draft" and may_adjust,
        "may_reject": _is_under_review(document) and may_edit and (may_adjust or not is_note),
        "bill_size": count_live_documents(document.bill_id) if document.bill_id else 0,
    }


def _is_under_review(document: Document) -> bool:
    return document.status == "draft" and (document.run is None or document.run.status == "completed")


def _describe(document: Document) -> Status:
    return describe_document(
        document.status,
        kind=document.kind,
        gross_minor=document.gross_minor,
        open_minor=document.open_minor,
        due_on=document.due_on,
        today=today(),
        is_reversed=document.reversed_at is not None,
    )
