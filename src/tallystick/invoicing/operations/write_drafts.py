"""Write drafted bills in bulk: documents, lines, tax lines, claims, holds; services move with them."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.invoicing.core.draft import DraftBill, DraftDocument
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.models import Bill, BillingClaim, Document, DocumentLine, DocumentTaxLine
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows, take_ids
from tallystick.subscriptions.operations.move_billed_through import move_billed_through

BILLS = Bill._meta.db_table
DOCUMENTS = Document._meta.db_table
LINES = DocumentLine._meta.db_table
TAX_LINES = DocumentTaxLine._meta.db_table
CLAIMS = BillingClaim._meta.db_table


class DraftHeader(NamedTuple):
    """What all documents of one writing share."""

    seller_id: int
    run_id: int | None
    seller_profile_id: int
    invoice_on: date


class BillToWrite(NamedTuple):
    """A drafted bill with what its documents freeze about the account."""

    bill: DraftBill
    currency: str
    account_profile_id: int


def write_drafts(header: DraftHeader, *, bills: Sequence[BillToWrite], at: datetime, actor: Actor) -> list[int]:
    """Write all drafts with COPY and move their services; return the document ids.

    Runs in the caller's transaction, under the accounts' locks. The unique index on claims refuses a period that is
    billed already.
    """
    bill_ids = take_ids(BILLS, len(bills))
    documents = [
        (bill_id, item, document)
        for bill_id, item in zip(bill_ids, bills, strict=True)
        for document in item.bill.documents
    ]
    document_ids = take_ids(DOCUMENTS, len(documents))
    copy_rows(
        BILLS,
        ("id", "account_id", "run_id", "created_at"),
        ((i, item.bill.account_id, header.run_id, at) for i, item in zip(bill_ids, bills, strict=True)),
    )
    _copy_documents(header, document_ids, documents, at)
    plain = [document for _, _, document in documents]
    copy_rows(LINES, LINE_COLUMNS, _line_rows(document_ids, plain))
    copy_rows(
        TAX_LINES,
        ("document_id", "position", "registration", "treatment", "tax_rate", "net_minor", "tax_minor"),
        ((i, n, *tax) for i, d in zip(document_ids, plain, strict=True) for n, tax in enumerate(d.tax_lines, 1)),
    )
    copy_rows(
        CLAIMS,
        ("document_id", "subscription_service_id", "kind", "start_on", "end_on"),
        ((i, *claim) for i, d in zip(document_ids, plain, strict=True) for claim in d.claims),
    )
    move_billed_through([move for item in bills for move in item.bill.moves])
    place_holds(
        [
            NewHold(document.account_id, document_subject(i), document.hold_kind, document.gross_minor)
            for i, document in zip(document_ids, plain, strict=True)
            if document.hold_kind and document.gross_minor > 0
        ],
        at=at,
    )
    record_document_events(document_ids, event="draft", from_status="", to_status="draft", at=at, actor=actor)
    return list(document_ids)


LINE_COLUMNS = (
    "document_id",
    "position",
    "kind",
    "subscription_service_id",
    "description",
    "period_start_on",
    "period_end_on",
    "quantity",
    "unit_price",
    "part_days",
    "full_days",
    "percent",
    "percent_of_minor",
    "net_minor",
    "treatment",
    "tax_rate",
    "revenue_code",
    "plan_name",
)


def _line_rows(document_ids: Sequence[int], documents: Sequence[DraftDocument]) -> Iterator[tuple[object, ...]]:
    for document_id, document in zip(document_ids, documents, strict=True):
        for position, line in enumerate(document.lines, 1):
            yield (document_id, position, *line[:-2], line.plan_name)  # the registration stands on the tax line


DOCUMENT_COLUMNS = (
    "id",
    "bill_id",
    "account_id",
    "collection_method",
    "due_on",
    "net_minor",
    "tax_minor",
    "gross_minor",
    "currency",
    "account_profile_id",
    "kind",
    "seller_id",
    "run_id",
    "seller_profile_id",
    "invoice_on",
    "status",
    "settled_minor",
    "written_off_minor",
    "difference_minor",
    "created_at",
)
AMOUNTS_AND_TERMS = slice(0, 6)  # of DraftDocument: account, method, due date, net, tax, gross


def _copy_documents(
    header: DraftHeader,
    document_ids: Sequence[int],
    documents: Sequence[tuple[int, BillToWrite, DraftDocument]],
    at: datetime,
) -> None:
    same = (*header, "draft", 0, 0, 0, at)
    copy_rows(
        DOCUMENTS,
        DOCUMENT_COLUMNS,
        (
            (i, bill_id, *tuple(d)[AMOUNTS_AND_TERMS], item.currency, item.account_profile_id, d.kind, *same)
            for i, (bill_id, item, d) in zip(document_ids, documents, strict=True)
        ),
    )
