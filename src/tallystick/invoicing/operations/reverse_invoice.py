"""Reverse an invoice in one step: a full credit note of what is left, and its periods can be billed again (ZUO-26)."""

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.invoicing.core.correction import CREDIT_NOTE
from tallystick.invoicing.errors import NotCorrectable
from tallystick.invoicing.models import Document
from tallystick.invoicing.operations.issue_correction import (
    choose_date,
    lock_correctable,
    require_reason,
)
from tallystick.invoicing.operations.record_events import record_document_events
from tallystick.invoicing.operations.release_drafts import release_claims, require_last_billed
from tallystick.invoicing.operations.take_back import take_back
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import INVOICES_ADJUST
from tallystick.sellers.queries import find_reason_code


class Reversed(NamedTuple):
    """A document and what reversed it; None where its credit notes had left nothing to take back."""

    document: Document
    reversal: Document | None


def reverse_invoice(
    document: Document,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    reason_code: str = "",
    dated_on: date | None = None,
) -> Reversed:
    """Credit all that is left of an invoice or debit note, settle it with that, and free its periods. Reason mandatory.

    It stays posted, flagged as reversed; from then on neither it nor its reversing document can be changed. Money that
    had settled it becomes free credit. Refuses BilledFurther where later documents bill what comes after its periods.
    """
    actor.require(INVOICES_ADJUST)
    require_reason(reason)
    with transaction.atomic():
        locked = lock_correctable(document)
        if locked.kind == CREDIT_NOTE:
            advice = "it is voided instead"
            raise NotCorrectable(name=str(locked), what="a credit note", advice=advice, field="document")
        dated = choose_date(locked, dated_on=dated_on, at=at)
        require_last_billed(document_ids=[locked.pk])
        reversal = take_back(
            locked,
            event="reverse",
            reason=reason,
            dated_on=dated,
            at=at,
            actor=actor,
            reason_code=find_reason_code(locked.seller_id, code=reason_code),
        )
        if reversal is None:
            record_document_events(
                [locked.pk],
                event="reverse",
                from_status="posted",
                to_status="posted",
                at=at,
                actor=actor,
                reason=reason[:300],
            )
        release_claims([locked.pk], at=at)
        Document.objects.filter(pk=locked.pk).update(reversed_at=at)
        return Reversed(Document.objects.get(pk=locked.pk), reversal and Document.objects.get(pk=reversal.pk))
