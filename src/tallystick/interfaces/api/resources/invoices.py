"""Invoices, and what else is numbered: credit notes and debit notes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from tallystick.documents.queries import get_document_pdf
from tallystick.interfaces.api.authentication import Needs
from tallystick.interfaces.api.files import answer_file, describe_file
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.sellers import SellerCode
from tallystick.interfaces.api.schemas import Event, Id, Number, Row, Text40
from tallystick.interfaces.portal.page_tokens import find_document_address
from tallystick.invoicing.queries import documents, lists
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.sellers.queries import get_seller

router = Router(tags=["Invoices"])
LIST = "invoices"
LARGEST_MINOR = 10**15

Kind = Literal["invoice", "credit_note", "debit_note"]
Status = Literal["draft", "posted", "voided", "canceled"]


class InvoiceQuery(Schema):
    """Which documents."""

    seller: SellerCode = ""
    account_id: Id | None = None
    run_id: Id | None = Field(None, description="of this bill run")
    kind: Kind | None = None
    status: Status | None = None
    number: Text40 | None = None
    is_open: bool = Field(False, description="only what is posted and not fully settled")


class InvoiceSummary(Row):
    """A document that asks for money or gives it back. Amounts are in minor units of its currency, never negative."""

    id: int
    kind: Kind
    status: Status
    number: str | None = Field(description="null while it is a draft", examples=["INV-000001"])
    seller: str = Field(validation_alias="seller.code")
    account_id: int
    account: str = Field(validation_alias="account.external_id", description="external id of the account")
    run_id: int | None
    bill_id: int | None = Field(description="what was billed to the account together; null for corrections")
    corrects_id: int | None = Field(description="of a credit note or debit note: the document that it corrects")
    is_reversal: bool = Field(description="whether it takes back all that was left of what it corrects")
    reversed_at: datetime | None = Field(description="since then nothing corrects it any more")
    currency: str
    collection_method: str = Field(description="automatic: payment runs may collect it; remittance: they pay it")
    invoice_on: date
    due_on: date
    net_minor: int
    tax_minor: int
    gross_minor: int
    settled_minor: int
    open_minor: int = Field(description="what is still to be paid; 0 unless it is posted")
    created_at: datetime
    posted_at: datetime | None


class InvoiceLine(Schema):
    """A charge, with what explains it: quantity x unit price, for part_days of full_days of a period."""

    position: int
    kind: Literal["recurring", "one_off", "discount", "manual", "fee"]
    description: str
    period_start_on: date | None
    period_end_on: date | None = Field(description="the first day that it does not cover")
    quantity: Number
    unit_price: Number
    part_days: int = Field(description="0 of 0: a whole period")
    full_days: int
    net_minor: int
    treatment: str
    tax_rate: Number = Field(description="in percent")
    corrects_position: int | None = Field(description="of a note: the line of the document that it corrects")
    explanation: str = Field(
        description="how it came to its amount: price, quantity, days of days, convention, rounding",
        examples=["2 × 10.75 × 17/30 = 12.1833… → 12.18; 17 of 30 days; rounded once, half away from zero"],
    )


class InvoiceTaxLine(Schema):
    """The tax of all lines of one treatment and rate."""

    position: int
    registration: str = Field(description="VAT number under which the seller accounts for it")
    treatment: str
    tax_rate: Number
    net_minor: int
    tax_minor: int


class Invoice(InvoiceSummary):
    """A document with its lines, taxes and history."""

    hosted_url: str | None = Field(description="page to see, download and pay it without signing in; null for a draft")
    lines: list[InvoiceLine]
    tax_lines: list[InvoiceTaxLine]
    events: list[Event]


@router.get("/invoices", response=Page[InvoiceSummary], auth=Needs(RECORDS_READ))
def list_invoices(request: HttpRequest, which: Query[InvoiceQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Invoices, credit notes and debit notes, drafts too."""
    asked = which.model_dump(exclude={"seller"})
    filters = lists.DocumentFilters(seller_id=get_seller(which.seller).pk if which.seller else None, **asked)
    rows = lists.list_documents(filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda document: document.pk)


@router.get("/invoices/{invoice_id}", response=Invoice, auth=Needs(RECORDS_READ))
def get_invoice(request: HttpRequest, invoice_id: Path[Id]) -> dict[str, Any]:
    """One document with its lines, taxes and history."""
    return show_invoice(invoice_id)


@router.get("/invoices/{invoice_id}/pdf", auth=Needs(RECORDS_READ), openapi_extra=describe_file("application/pdf"))
def download_invoice_pdf(request: HttpRequest, invoice_id: Path[Id], is_explained: bool = False) -> HttpResponse:
    """The document as the customer sees it; a draft says that it is one. `is_explained`: each line says in figures how
    it came to its amount."""
    document = documents.get_document(document_id=invoice_id)
    name = f"{document.number or f'draft-{document.pk}'}.pdf"
    return answer_file(
        get_document_pdf(document.pk, is_explained=is_explained), name=name, media_type="application/pdf"
    )


def show_invoice(document_id: int) -> dict[str, Any]:
    """One document with its lines, taxes and history, as every answer shows it."""
    document = documents.get_document(document_id=document_id)
    return {
        **InvoiceSummary.from_orm(document).model_dump(),
        "hosted_url": find_document_address(document) or None,
        "lines": [
            {**line.__dict__, "explanation": explanation}
            for line, explanation in zip(
                documents.list_lines(document_id), documents.list_explanations(document_id), strict=True
            )
        ],
        "tax_lines": documents.list_tax_lines(document_id),
        "events": lists.list_document_events(document_id),
    }
