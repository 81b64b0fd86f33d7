"""Change one line of a draft, with a reason (ZUO-47). Never a posted one."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.credit.operations.release_holds import release_holds
from tallystick.credit.queries import list_account_holds
from tallystick.errors import InvalidInput, NotFound
from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.core.run_lifecycle import require_under_review
from tallystick.invoicing.core.taxing import compute_tax_lines
from tallystick.invoicing.errors import NegativeDocument, NotCorrectable
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk, Document, DocumentLine, DocumentTaxLine
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.operations.review_accounts import review_accounts
from tallystick.invoicing.queries.documents import list_taxed_lines
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT


def change_draft_line(
    document: Document,
    *,
    position: int,
    net_minor: int,
    reason: str,
    at: datetime,
    actor: Actor,
    description: str | None = None,
) -> Document:
    """Set a draft line's net (minor units) and, if given, its text; tax and totals follow. A reason is mandatory.

    The line then stands for itself: one times its new amount. Its service period stays claimed. Refuses anything but a
    draft, a run that is being posted, an unknown line, and a document that would come out below zero.
    """
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the line is changed; the reason stays in the invoice's history.", field="reason")
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=document.run_id) if document.run_id else None
        lock_balances([document.account_id])
        document = Document.objects.select_for_update(of=("self",)).select_related("account").get(pk=document.pk)
        apply_document_event(document.status, event="change", name=str(document))
        if run is not None:
            require_under_review(run.status, event="change", number=run.number)
        if document.corrects_id is not None:
            advice = "reject it, and draft it again with other amounts"
            raise NotCorrectable(name=str(document).capitalize(), what="a correction", advice=advice, field="document")
        line = DocumentLine.objects.filter(document=document, position=position).first()
        if line is None:
            raise NotFound(f"{document} has no line {position}.", field="position")
        before = line.net_minor
        _set_line(line, document.currency, net_minor, description)
        _recompute(document)
        _replace_hold(document, at)
        change = f"{format_minor(before, document.currency)} to {format_minor(net_minor, document.currency)}"
        record_document_events(
            [document.pk],
            event="change",
            from_status="draft",
            to_status="draft",
            at=at,
            actor=actor,
            reason=f"line {position}, {change}: {reason}"[:300],
        )
        _recount(document, at)
    return document


def _set_line(line: DocumentLine, currency: str, net_minor: int, description: str | None) -> None:
    exponent = get_currency(currency).exponent
    DocumentLine.objects.filter(document_id=line.document_id, position=line.position).update(
        net_minor=net_minor,
        quantity=Decimal(1),
        unit_price=Decimal(net_minor).scaleb(-exponent),
        part_days=0,
        full_days=0,
        percent=None,
        percent_of_minor=0,
        description=description or line.description,
    )


def _recompute(document: Document) -> None:
    lines = list_taxed_lines(document.pk)
    tax_lines = compute_tax_lines(lines)
    net, tax = sum(line.net_minor for line in lines), sum(line.tax_minor for line in tax_lines)
    if net + tax < 0:
        raise NegativeDocument(amount=net + tax, field="net_minor")
    DocumentTaxLine.objects.filter(document=document).delete()
    DocumentTaxLine.objects.bulk_create(
        DocumentTaxLine(document=document, position=position, **tax_line._asdict())
        for position, tax_line in enumerate(tax_lines, 1)
    )
    document.net_minor, document.tax_minor, document.gross_minor = net, tax, net + tax
    document.save(update_fields=["net_minor", "tax_minor", "gross_minor"])


def _replace_hold(document: Document, at: datetime) -> None:
    subject = document_subject(document.pk)
    kinds = [hold.kind for hold in list_account_holds([document.account_id]) if hold.purpose == subject]
    release_holds([subject], at=at)
    if kinds and document.gross_minor > 0:
        place_holds([NewHold(document.account_id, subject, kinds[0], document.gross_minor)], at=at)


def _recount(document: Document, at: datetime) -> None:
    row = BillRunAccount.objects.filter(run_id=document.run_id, account_id=document.account_id).first()
    if row is not None:
        chunk = BillRunChunk.objects.select_for_update().get(run_id=document.run_id, position=row.chunk_position)
        count_chunk(chunk, status=chunk.status, at=at)
        review_accounts(chunk.run, account_ids=[document.account_id])
