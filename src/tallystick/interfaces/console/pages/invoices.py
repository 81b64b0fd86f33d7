"""The list of invoices, credit and debit notes."""

from __future__ import annotations

from django.db.models import BigIntegerField, Case, Count, F, Q, QuerySet, Sum, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from tallystick.interfaces.console import chips
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.lists import cells
from tallystick.interfaces.console.lists.columns import Column
from tallystick.interfaces.console.lists.filters import Choice, Days, Search, States
from tallystick.interfaces.console.lists.listing import Empty, Listing, Totals, show_listing
from tallystick.interfaces.console.reads.calendar import today
from tallystick.interfaces.console.reads.standing import IS_OPEN, OPEN_MINOR
from tallystick.invoicing.models import BillRun, Document
from tallystick.plumbing.permissions import RECORDS_READ

SIGN = Case(When(kind="credit_note", then=Value(-1)), default=Value(1), output_field=BigIntegerField())
_KINDS = (("invoice", "Invoices"), ("credit_note", "Credit notes"), ("debit_note", "Debit notes"))
_COLLECTION = (("automatic", "Automatic"), ("remittance", "Remittance"))


def draw_status(document: Document) -> cells.Cell:
    """The one chip of a document."""
    return cells.Chip(
        chips.describe_document(
            document.status,
            kind=document.kind,
            gross_minor=document.gross_minor,
            open_minor=document.open_minor,
            due_on=document.due_on,
            today=today(),
            is_reversed=document.reversed_at is not None,
        )
    )


def draw_number(document: Document) -> cells.Cell:
    """The number, or that it is a draft, leading to the document."""
    return cells.Text(
        document.number or f"Draft {document.pk}",
        "" if document.kind == "invoice" else document.kind.replace("_", " ").capitalize(),
        reverse("admin:invoice", args=[document.pk]),
    )


def draw_open(document: Document) -> cells.Cell:
    """What is still to be paid; red once it is late."""
    is_late = document.open_minor > 0 and document.due_on < today()
    return cells.Money(document.open_minor, document.currency, is_late)


def _list_rows() -> QuerySet[Document]:
    return Document.objects.select_related("account", "run")


def _search(rows: QuerySet[Document], words: str) -> QuerySet[Document]:
    account = Q(account__name__icontains=words) | Q(account__external_id__iexact=words)
    return rows.filter(Q(number__istartswith=words) | account)


def _list_runs() -> list[tuple[str, str]]:
    return [(str(pk), number) for pk, number in BillRun.objects.order_by("-pk").values_list("pk", "number")[:100]]


def _add_up(rows: QuerySet[Document]) -> Totals:
    sums = {
        # credit notes lower what was asked for
        "net": Sum(SIGN * F("net_minor")),
        "tax": Sum(SIGN * F("tax_minor")),
        "gross": Sum(SIGN * F("gross_minor")),
        "open": Sum(OPEN_MINOR, filter=IS_OPEN),
    }
    per_currency = list(rows.order_by("currency").values_list("currency").annotate(many=Count("pk"), **sums))
    figures = [
        (words, cells.Money(minor or 0, currency))
        for currency, _, *amounts in per_currency
        for words, minor in zip(("Net", "Tax", "Gross", "Open"), amounts, strict=True)
    ]
    return Totals(sum(row[1] for row in per_currency), figures)


INVOICES = Listing(
    title="Invoices",
    question="What have we asked for, and what of it is still open?",
    noun="document",
    rows=_list_rows,
    sort="-id",
    columns=(
        Column[Document]("Number", draw_number),
        Column[Document]("State", draw_status),
        Column[Document](
            "Account",
            lambda row: cells.Text(
                row.account.name, row.account.external_id, reverse("admin:account", args=[row.account_id])
            ),
        ),
        Column[Document]("Invoice date", lambda row: cells.Day(row.invoice_on), sort="invoice_on"),
        Column[Document]("Due", lambda row: cells.Day(row.due_on), sort="due_on"),
        Column[Document]("Net", lambda row: cells.Money(row.net_minor, row.currency), is_in_csv_only=True),
        Column[Document]("Tax", lambda row: cells.Money(row.tax_minor, row.currency), is_in_csv_only=True),
        Column[Document](
            "Gross", lambda row: cells.Money(row.gross_minor, row.currency), sort="gross_minor", is_right=True
        ),
        Column[Document]("Open", draw_open, is_right=True),
        Column[Document]("Currency", lambda row: cells.Text(row.currency), is_in_csv_only=True),
        Column[Document]("Bill run", lambda row: cells.Text(row.run.number if row.run else ""), is_in_csv_only=True),
    ),
    filters=(
        States(
            (
                ("draft", "Draft", lambda rows: rows.filter(status="draft")),
                ("open", "Open", lambda rows: rows.filter(IS_OPEN)),
                ("overdue", "Overdue", lambda rows: rows.filter(IS_OPEN, due_on__lt=today())),
                (
                    "paid",
                    "Paid",
                    lambda rows: rows.filter(status="posted").exclude(IS_OPEN).exclude(kind="credit_note"),
                ),
                ("voided", "Voided", lambda rows: rows.filter(status="voided")),
                ("canceled", "Canceled", lambda rows: rows.filter(status="canceled")),
            )
        ),
        Search("Number or account", _search),
        Choice("kind", "Kind", lambda: _KINDS, lambda rows, chosen: rows.filter(kind=chosen)),
        Days("on", "Invoice date", "invoice_on"),
        Choice("run", "Bill run", _list_runs, lambda rows, chosen: rows.filter(run_id=int(chosen))),
        Choice(
            "collection",
            "Collection",
            lambda: _COLLECTION,
            lambda rows, chosen: rows.filter(collection_method=chosen),
        ),
    ),
    totals=_add_up,
    empty=Empty("Invoices come from bill runs.", "New bill run", "admin:bill_run_new"),
)


@needs(RECORDS_READ)
def list_invoices(request: HttpRequest) -> HttpResponseBase:
    """All documents."""
    return show_listing(request, listing=INVOICES)
