"""What every change of a draft's lines shares: the locks before it; tax, totals, hold, history and review after it."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from tallystick.credit.operations.place_holds import NewHold, place_holds
from tallystick.credit.operations.release_holds import release_holds
from tallystick.credit.queries import list_account_holds
from tallystick.errors import InvalidInput
from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.core.posting import document_subject
from tallystick.invoicing.core.run_lifecycle import require_under_review
from tallystick.invoicing.core.taxing import compute_tax_lines
from tallystick.invoicing.errors import NegativeDocument, NotCorrectable
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk, Document, DocumentTaxLine
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.operations.review_accounts import review_accounts
from tallystick.invoicing.queries.documents import list_taxed_lines
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor

#: The registration under which a group of lines, by treatment and rate, is taxed.
Registrations = Mapping[tuple[str, Decimal], str]
AS_BEFORE: Registrations = {}


def lock_draft(document: Document, *, reason: str) -> Document:
    """The draft, locked for a change of its lines, in the caller's transaction. A reason is mandatory.

    Refuses anything but a draft, one of a run that is not under review, and a correction.
    """
    if not reason.strip():
        raise InvalidInput("Say why the line is changed; the reason stays in the invoice's history.", field="reason")
    run = BillRun.objects.select_for_update().get(pk=document.run_id) if document.run_id else None
    lock_balances([document.account_id])
    rows = Document.objects.select_for_update(of=("self",)).select_related("account", "account_profile", "seller")
    draft = rows.get(pk=document.pk)
    apply_document_event(draft.status, event="change", name=str(draft))
    if run is not None:
        require_under_review(run.status, event="change", number=run.number)
    if draft.corrects_id is not None:
        advice = "reject it, and draft it again with other amounts"
        raise NotCorrectable(name=str(draft).capitalize(), what="a correction", advice=advice, field="document")
    return draft


def settle_draft(
    document: Document, *, told: str, at: datetime, actor: Actor, registrations: Registrations = AS_BEFORE
) -> None:
    """Bring a draft in line with its lines, and note what was done (`told`). Refuses what comes out below zero.

    `registrations` is for groups of lines that the draft had none of before.
    """
    _recompute(document, registrations)
    _replace_hold(document, at)
    record_document_events(
        [document.pk], event="change", from_status="draft", to_status="draft", at=at, actor=actor, reason=told[:300]
    )
    _recount(document, at)


def _recompute(document: Document, registrations: Registrations) -> None:
    lines = [
        line._replace(registration=line.registration or registrations.get((line.treatment, line.tax_rate), ""))
        for line in list_taxed_lines(document.pk)
    ]
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
