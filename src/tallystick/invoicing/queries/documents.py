"""Reads of single documents."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from tallystick.errors import NotFound
from tallystick.invoicing.core.correction import CREDIT_NOTE
from tallystick.invoicing.core.line_explanation import explain_line
from tallystick.invoicing.core.note_explanation import CorrectedLine, explain_note_line
from tallystick.invoicing.models import Bill, Document, DocumentEvent, DocumentLine, DocumentTaxLine

LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table


class LineToTax(NamedTuple):
    """A line's net with how it is taxed."""

    net_minor: int
    treatment: str
    tax_rate: Decimal
    registration: str


def list_taxed_lines(document_id: int) -> list[LineToTax]:
    """The lines of a document with the registration of their tax group, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.net_minor, l.treatment, l.tax_rate, coalesce(t.registration, '')"
            f" FROM {LINES} l LEFT JOIN {TAX_LINES} t"
            " ON t.document_id = l.document_id AND t.treatment = l.treatment AND t.tax_rate = l.tax_rate"
            " WHERE l.document_id = %s ORDER BY l.position",
            [document_id],
        )
        return [LineToTax(*row) for row in cursor.fetchall()]


def get_document(*, number: str = "", document_id: int | None = None, seller_code: str = "") -> Document:
    """A document by its id or by its number (of one seller, where numbers of several meet); raises NotFound."""
    documents = Document.objects.select_related("account", "seller", "run", "corrects", "reason_code")
    if document_id is not None:
        found = documents.filter(pk=document_id).first()
    else:
        by_number = documents.filter(number=number)
        found = (by_number.filter(seller__code=seller_code) if seller_code else by_number).first()
    if found is None:
        raise NotFound(f"There is no document {number or document_id}.", field="document")
    return found


def get_bill(bill_id: int) -> Bill:
    """A bill by its id; raises NotFound."""
    bill = Bill.objects.filter(pk=bill_id).first()
    if bill is None:
        raise NotFound(f"There is no bill {bill_id}.", field="bill")
    return bill


def list_corrections(document_id: int) -> list[Document]:
    """The notes that correct a document, drafts too, oldest first; each with the event that made it, as `told`."""
    notes = list(
        Document.objects.filter(corrects_id=document_id)
        .exclude(status="canceled")
        .select_related("reason_code")
        .order_by("pk")
    )
    events = DocumentEvent.objects.filter(document__in=notes, event="draft").order_by("-pk")
    told = {event.document_id: event for event in events}
    for note in notes:
        note.told = told.get(note.pk)  # type: ignore[attr-defined]
    return notes


def find_making(document_id: int) -> DocumentEvent | None:
    """Who made a document, when and why."""
    return DocumentEvent.objects.filter(document_id=document_id, event="draft").order_by("pk").first()


def count_live_documents(bill_id: int) -> int:
    """How many documents of a bill still count."""
    return Document.objects.filter(bill_id=bill_id, status__in=["draft", "posted"], reversed_at__isnull=True).count()


def list_lines(document_id: int) -> list[DocumentLine]:
    """Its lines in order."""
    return list(DocumentLine.objects.filter(document_id=document_id).order_by("position"))


def list_explanations(document_id: int) -> list[str]:
    """How each line of a document came to its amount, in the order of the lines; of a note, from what was billed."""
    document = Document.objects.filter(pk=document_id).first()
    if document is not None and document.corrects_id is not None:
        return _explain_note(document)
    own = "subscription_service__subscription__plan__proration_method"
    rows = DocumentLine.objects.filter(document_id=document_id).order_by("position")
    rows = rows.annotate(own=F(own), theirs=F("document__seller__billing_rule__proration_method"))
    currency = document.currency if document else ""
    return [explain_line(row, currency=currency, convention=row.own or row.theirs or "") for row in rows]


def _explain_note(note: Document) -> list[str]:
    """By the lines that it corrects, as earlier notes had left them."""
    changed: dict[int, int] = defaultdict(int)
    earlier = DocumentLine.objects.filter(corrects_document_id=note.corrects_id, document__lt=note.pk)
    for line in earlier.exclude(document__status="canceled").select_related("document"):
        changed[line.corrects_position or 0] += line.net_minor * (-1 if line.document.kind == CREDIT_NOTE else 1)
    corrected = {
        line.position: CorrectedLine(
            line, str(note.corrects), line.period_start_on, line.period_end_on, changed[line.position]
        )
        for line in list_lines(note.corrects_id or 0)
    }
    return [
        explain_note_line(
            line.net_minor,
            kind=note.kind,
            starts_on=line.period_start_on,
            corrected=corrected[line.corrects_position or 0],
            currency=note.currency,
        )
        for line in list_lines(note.pk)
    ]


def list_tax_lines(document_id: int) -> list[DocumentTaxLine]:
    """Its tax lines in order."""
    return list(DocumentTaxLine.objects.filter(document_id=document_id).order_by("position"))
