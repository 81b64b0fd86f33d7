"""Take back all that is left of a posted document: free its payments, post what reverses it, allocate it there.

The order of the model: allocations are undone newest first, only until the open amount equals what its credit notes
left of it; then the reversing document is posted for exactly that rest and settles it.
"""

from datetime import date, datetime

from tallystick.errors import InvariantBroken
from tallystick.invoicing.core.correction import CREDIT_NOTE, DEBIT_NOTE
from tallystick.invoicing.core.crediting import plan_rest
from tallystick.invoicing.core.settlement import FreeCredit, OpenDocument, match_credit
from tallystick.invoicing.errors import AlreadyReversed, CreditSpentForGood, LaterCorrections
from tallystick.invoicing.models import CreditSource, Document
from tallystick.invoicing.operations.issue_correction import get_booking_day, record_correction_posted
from tallystick.invoicing.operations.settle_accounts import add_settled, record_allocations
from tallystick.invoicing.operations.undo_allocations import free_allocations
from tallystick.invoicing.operations.write_correction import write_correction
from tallystick.invoicing.queries.correctable import load_correctable
from tallystick.invoicing.queries.placed import list_placed
from tallystick.ledger.operations.open_book import open_book
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import ReasonCode


def take_back(
    document: Document,
    *,
    event: str,
    reason: str,
    dated_on: date,
    at: datetime,
    actor: Actor,
    reason_code: ReasonCode | None = None,
) -> Document | None:
    """Post what reverses a document, for exactly what is left of it; None where credit notes left nothing.

    In the caller's transaction and under the account's lock; the caller has judged whether it may be corrected.
    """
    plan = plan_rest(load_correctable(document))
    on = get_booking_day(document, at=at)
    if document.kind == CREDIT_NOTE:
        require_last_correction(document)
        _free_credit(document, on, at)
    else:
        _open_up(document, plan.gross_minor, on, at)
    if not plan.amounts:
        return None
    note = write_correction(
        document,
        kind=DEBIT_NOTE if document.kind == CREDIT_NOTE else CREDIT_NOTE,
        plan=plan,
        dated_on=dated_on,
        reason=reason,
        at=at,
        actor=actor,
        reason_code=reason_code,
        is_reversal=True,
    )
    record_correction_posted(note, at=at, actor=actor, event=event, reason=reason)
    return note


def require_last_correction(note: Document) -> None:
    """Refuse to take a credit note back when its document was reversed since, or credited further."""
    if note.corrects is None:
        return
    if note.corrects.reversed_at is not None:
        raise AlreadyReversed(name=str(note.corrects), field="document")
    later = Document.objects.filter(
        corrects_id=note.corrects_id,
        status="posted",
        number_series_id=note.number_series_id,
        sequence_number__gt=note.sequence_number,
    )
    numbers = [each.number or "" for each in later.order_by("sequence_number")]
    if numbers:
        raise LaterCorrections(
            name=note.number, corrected=note.corrects.number, later=", ".join(numbers), field="document"
        )


def _free_credit(note: Document, on: date, at: datetime) -> None:
    """Undo what the note's credit settled, as far as it is needed to settle what reverses the note."""
    source = CreditSource.objects.filter(document=note).first()
    if source is None:
        return
    placed = list_placed(source_ids=[source.pk])
    for_good = Document.objects.filter(
        pk__in=[each.document_id for each in placed], reversed_at__isnull=False
    ).values_list("number", flat=True)
    if for_good:
        spent_on = ", ".join(sorted(number or "" for number in for_good))
        raise CreditSpentForGood(name=note.number, spent_on=spent_on, field="document")
    free_allocations(placed, free_minor=source.amount_minor - source.remaining_minor, on=on, at=at)


def _open_up(document: Document, rest_minor: int, on: date, at: datetime) -> None:
    """Make the open amount be `rest_minor`: what its credit notes left of it."""
    missing = rest_minor - document.open_minor
    own = list(CreditSource.objects.filter(document__corrects=document, document__kind=CREDIT_NOTE))
    own_ids = {source.pk for source in own}
    if missing > 0:
        others = [each for each in list_placed(document_id=document.pk) if each.source_id not in own_ids]
        free_allocations(others, free_minor=missing, on=on, at=at)
    elif missing < 0:
        _bring_credit_home(document, own, -missing, on, at)
    document.refresh_from_db(fields=["settled_minor"])
    if document.open_minor != rest_minor:
        raise InvariantBroken(f"{document} is open for {document.open_minor}, but its credit notes left {rest_minor}")


def _bring_credit_home(document: Document, own: list[CreditSource], needed: int, on: date, at: datetime) -> None:
    """Credit of its own notes that went elsewhere settles it after all: what is free of it first, then the newest."""
    free = sum(source.remaining_minor for source in own)
    if free < needed:
        elsewhere = [
            each for each in list_placed(source_ids=[source.pk for source in own]) if each.document_id != document.pk
        ]
        free_allocations(elsewhere, free_minor=needed - free, on=on, at=at)
    sources = [
        FreeCredit(source.pk, source.arrived_on, source.remaining_minor)
        for source in CreditSource.objects.filter(pk__in=[source.pk for source in own])
    ]
    asked = OpenDocument(document.pk, document.due_on, 0, needed)
    matches = [(document.account_id, match) for match in match_credit(sources, documents=[asked])]
    book_id = open_book(document.seller, currency=document.currency).pk
    record_allocations(matches, books={document.pk: book_id}, on=on, at=at)
    add_settled({document.pk: sum(match.amount_minor for _, match in matches)}, at=at)
