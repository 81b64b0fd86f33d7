"""What a customer sees of their documents: issued ones only, never a draft, a run or a note of staff (DEM-4)."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from django.db.models import Max

from tallystick.invoicing.models import Allocation, Document

#: Drafts and what was canceled before it was issued are no documents to a customer.
ISSUED = ("posted", "voided")


class CustomerDocument(NamedTuple):
    """A document as its customer sees it, amounts in minor units."""

    id: int
    number: str
    kind: str
    status: str
    invoice_on: date
    due_on: date
    currency: str
    gross_minor: int
    open_minor: int


def list_customer_documents(
    account_id: int, *, before_id: int | None = None, limit: int = 20
) -> list[CustomerDocument]:
    """An account's documents, newest first, from the one before `before_id`."""
    documents = Document.objects.filter(account_id=account_id, status__in=ISSUED)
    if before_id is not None:
        documents = documents.filter(pk__lt=before_id)
    return [_show(each) for each in documents.order_by("-pk")[:limit]]


def list_documents_to_pay(account_id: int) -> list[CustomerDocument]:
    """What an account still has to pay, oldest due date first."""
    documents = Document.objects.filter(account_id=account_id, status="posted").exclude(kind="credit_note")
    shown = [_show(each) for each in documents.order_by("due_on", "pk")]
    return [each for each in shown if each.open_minor > 0]


def find_customer_document(account_id: int, *, document_id: int) -> CustomerDocument | None:
    """One of the account's documents; None for another's, a draft, or what there is not."""
    found = Document.objects.filter(account_id=account_id, pk=document_id, status__in=ISSUED).first()
    return _show(found) if found else None


def _show(document: Document) -> CustomerDocument:
    return CustomerDocument(
        document.pk,
        document.number or "",
        document.kind,
        document.status,
        document.invoice_on,
        document.due_on,
        document.currency,
        document.gross_minor,
        document.open_minor if document.kind != "credit_note" else 0,
    )


class IssuedDocument(NamedTuple):
    """A document with its account, for who comes by an address that only its reader was given."""

    account_id: int
    shown: CustomerDocument


def find_document_id(seller_code: str, *, number: str) -> int | None:
    """Of a seller's document by its number; None where there is none, or more than one series made that number."""
    found = list(Document.objects.filter(seller__code=seller_code, number=number).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def find_issued_document(document_id: int) -> IssuedDocument | None:
    """A document whose reader proves by a signed address that it is theirs; None for a draft or what there is not."""
    found = Document.objects.filter(pk=document_id, status__in=ISSUED).first()
    return IssuedDocument(found.account_id, _show(found)) if found else None


def find_paid_days(document_ids: Collection[int]) -> dict[int, date]:
    """By document, the day on which money was last put to it; those that no money stands behind are left out."""
    paid = Allocation.objects.filter(
        document_id__in=document_ids, source__payment__isnull=False, undoes__isnull=True, undone_by__isnull=True
    )
    return dict(paid.values_list("document_id").annotate(Max("allocated_on")).order_by())
