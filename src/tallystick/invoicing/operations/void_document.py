"""Void a posted document: a reversing document takes back all that is left of it, and it counts no more."""

from datetime import date, datetime

from django.db import transaction

from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.errors import StatementStands
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.issue_correction import (
    choose_date,
    lock_correctable,
    require_reason,
)
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.operations.release_drafts import release_claims, require_last_billed
from tallystick.invoicing.operations.reverse_invoice import Reversed
from tallystick.invoicing.operations.take_back import take_back
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import INVOICES_ADJUST
from tallystick.sellers.queries import find_reason_code


def void_document(
    document: Document,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    reason_code: str = "",
    dated_on: date | None = None,
    frees_periods: bool = False,
) -> Reversed:
    """Void an invoice, debit note or credit note (CRM-34): the opposite is posted, credit on it is set free.

    Its periods stay billed, so that nobody bills them again, unless `frees_periods`. A credit note is voided by a
    debit note that its own credit settles. Refuses drafts (they are rejected), what was reversed, and credit notes
    other than the last of their document.
    """
    actor.require(INVOICES_ADJUST)
    require_reason(reason)
    with transaction.atomic():
        locked = lock_correctable(document)
        dated = choose_date(locked, dated_on=dated_on, at=at)
        if frees_periods:
            require_last_billed(document_ids=[locked.pk])
        return void_locked(
            locked,
            reason=reason,
            dated_on=dated,
            at=at,
            actor=actor,
            reason_code=reason_code,
            frees_periods=frees_periods,
        )


def void_locked(
    locked: Document,
    *,
    reason: str,
    dated_on: date,
    at: datetime,
    actor: Actor,
    reason_code: str = "",
    frees_periods: bool,
) -> Reversed:
    """Void a document that the caller has locked and judged; refuses a statement (StatementStands)."""
    if locked.statement_month_on is not None:
        raise StatementStands(name=str(locked), field="document")
    status = apply_document_event(locked.status, event="void", name=str(locked))
    reversal = take_back(
        locked,
        event="reverse",
        reason=reason,
        dated_on=dated_on,
        at=at,
        actor=actor,
        reason_code=find_reason_code(locked.seller_id, code=reason_code),
    )
    if frees_periods:
        release_claims([locked.pk], at=at)
    record_document_events(
        [locked.pk], event="void", from_status="posted", to_status=status, at=at, actor=actor, reason=reason[:300]
    )
    Document.objects.filter(pk=locked.pk).update(status=status, reversed_at=at)
    return Reversed(Document.objects.get(pk=locked.pk), reversal and Document.objects.get(pk=reversal.pk))
