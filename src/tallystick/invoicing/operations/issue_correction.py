"""Credit notes and debit notes: drafted against a posted document, then posted; the document itself never changes."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.correction import CREDIT_NOTE, DEBIT_NOTE, CorrectionAsk, plan_correction
from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.errors import CorrectionTooEarly, CorrectionTooLate, NotCorrectable
from tallystick.invoicing.models import Document, DocumentLine
from tallystick.invoicing.operations.ask_way_back import ask_way_back
from tallystick.invoicing.operations.post_documents import post_documents
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.operations.write_correction import write_correction, write_tax_lines
from tallystick.invoicing.queries.correctable import load_correctable, require_correctable
from tallystick.invoicing.queries.run_documents import get_draft
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import INVOICES_ADJUST
from tallystick.sellers.queries import find_reason_code

EVENTS = {CREDIT_NOTE: "credit", DEBIT_NOTE: "debit"}


def draft_correction(
    document: Document,
    *,
    kind: str,
    ask: CorrectionAsk,
    reason: str,
    at: datetime,
    actor: Actor,
    reason_code: str = "",
    dated_on: date | None = None,
) -> Document:
    """Draft a credit note or debit note against a posted invoice or debit note (ZUO-24, ZUO-25). A reason is mandatory.

    What it says is judged again when it is posted. Refuses NotCorrectable, AlreadyReversed, CorrectionTooEarly,
    CorrectionTooLate, ReasonCodeUnknown, and what `plan_correction` refuses.
    """
    actor.require(INVOICES_ADJUST)
    require_reason(reason)
    if kind not in EVENTS:
        raise InvalidInput(f"There is no kind {kind!r}; there are {', '.join(EVENTS)}.", field="kind")
    with transaction.atomic():
        corrected = lock_correctable(document)
        if corrected.kind == CREDIT_NOTE:
            advice = "take it back as a whole, by voiding it"
            raise NotCorrectable(name=str(corrected), what="a credit note", advice=advice, field="document")
        return write_correction(
            corrected,
            kind=kind,
            plan=plan_correction(load_correctable(corrected), kind=kind, ask=ask),
            dated_on=choose_date(corrected, dated_on=dated_on, at=at),
            reason=reason,
            at=at,
            actor=actor,
            reason_code=find_reason_code(corrected.seller_id, code=reason_code),
        )


def post_correction(note: Document, *, at: datetime, actor: Actor) -> Document:
    """Post a drafted note: it gets its number, the ledger its entries, and a credit goes to what it corrects first.

    The rest of a credit stays customer credit, for the oldest open documents (CRM-36). Refuses when other corrections
    have left less than it says, or reversed its document, since it was drafted.
    """
    actor.require(INVOICES_ADJUST)
    with transaction.atomic():
        lock_balances([note.account_id])
        note = Document.objects.select_for_update(of=("self",)).select_related("corrects", "seller").get(pk=note.pk)
        apply_document_event(note.status, event="post", name=str(note))
        if note.corrects is None:
            advice = "it is posted with its bill run"
            raise NotCorrectable(name=str(note).capitalize(), what="no correction", advice=advice, field="document")
        require_correctable(note.corrects)
        _plan_again(note, note.corrects)
        record_correction_posted(note, at=at, actor=actor)
        return Document.objects.get(pk=note.pk)


def issue_correction(
    document: Document,
    *,
    kind: str,
    ask: CorrectionAsk,
    reason: str,
    at: datetime,
    actor: Actor,
    reason_code: str = "",
    dated_on: date | None = None,
) -> Document:
    """Draft and post a note at once: both, or neither."""
    with transaction.atomic():
        note = draft_correction(
            document,
            kind=kind,
            ask=ask,
            reason=reason,
            at=at,
            actor=actor,
            reason_code=reason_code,
            dated_on=dated_on,
        )
        return post_correction(note, at=at, actor=actor)


def record_correction_posted(note: Document, *, at: datetime, actor: Actor, event: str = "", reason: str = "") -> str:
    """Post the note's draft and write on its document what happened; return the note's number.

    A step of larger operations, which hold the account's lock. The reason is that of the draft unless one is given.
    """
    (posted,) = post_documents(
        note.seller, drafts=[get_draft(note.pk)], on=get_booking_day(note, at=at), at=at, actor=actor
    )
    if note.kind == "credit_note":
        ask_way_back([note.account_id])
    drafted = note.events.order_by("pk").first()
    told = reason or (drafted.reason if drafted else "")
    record_document_events(
        [note.corrects_id] if note.corrects_id else [],
        event=event or EVENTS[note.kind],
        from_status="posted",
        to_status="posted",
        at=at,
        actor=actor,
        reason=f"{posted.number}: {told}"[:300],
    )
    return posted.number


def lock_correctable(document: Document) -> Document:
    """Lock the account and read the document again; refuses what nothing may correct."""
    lock_balances([document.account_id])
    locked = Document.objects.select_for_update(of=("self",)).select_related("seller").get(pk=document.pk)
    require_correctable(locked)
    return locked


def require_reason(reason: str) -> None:
    """Refuse to correct anything without saying why."""
    if not reason.strip():
        raise InvalidInput("Say why; the reason stays in the history of what is corrected.", field="reason")


def choose_date(corrected: Document, *, dated_on: date | None, at: datetime) -> date:
    """The date of a correction: as asked, else today where the seller is, but never before what is corrected (ZUO-24).

    Refuses CorrectionTooEarly, and CorrectionTooLate for a day to come, whose VAT period has not begun.
    """
    latest = max(get_booking_day(corrected, at=at), corrected.invoice_on)
    if dated_on is None:
        return latest
    if dated_on > latest:
        raise CorrectionTooLate(dated_on=dated_on, today=latest)
    if dated_on < corrected.invoice_on:
        raise CorrectionTooEarly(name=str(corrected), dated_on=dated_on, earliest=corrected.invoice_on)
    return dated_on


def get_booking_day(document: Document, *, at: datetime) -> date:
    """Which day it is where the seller is."""
    return at.astimezone(ZoneInfo(document.seller.time_zone)).date()


def _plan_again(note: Document, corrected: Document) -> None:
    """Judge the draft by what is left now, and give it the tax that follows."""
    lines = DocumentLine.objects.filter(document=note).values_list("corrects_position", "net_minor")
    ask = CorrectionAsk(lines={position: net for position, net in lines if position is not None})
    plan = plan_correction(load_correctable(corrected), kind=note.kind, ask=ask)
    if (plan.net_minor, plan.tax_minor) != (note.net_minor, note.tax_minor):
        note.net_minor, note.tax_minor, note.gross_minor = plan.net_minor, plan.tax_minor, plan.gross_minor
        note.save(update_fields=["net_minor", "tax_minor", "gross_minor"])
    write_tax_lines(note, plan=plan)
