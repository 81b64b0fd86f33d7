"""Cancel an account's latest bill: its documents in reverse order, and what it billed is due again (CRM-35)."""

from datetime import date, datetime

from django.db import transaction

from tallystick.errors import NotFound
from tallystick.invoicing.errors import NotLatestBill
from tallystick.invoicing.models import Bill, Document
from tallystick.invoicing.operations.issue_correction import (
    choose_date,
    lock_correctable,
    require_reason,
)
from tallystick.invoicing.operations.reject_draft import reject_draft
from tallystick.invoicing.operations.release_drafts import release_claims, require_last_billed
from tallystick.invoicing.operations.void_document import void_locked
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import INVOICES_ADJUST


def cancel_bill(bill: Bill, *, reason: str, at: datetime, actor: Actor, dated_on: date | None = None) -> list[Document]:
    """Void every posted document of a bill and reject its drafts, the last first; return them. A reason is mandatory.

    Only the latest bill of an account that still counts (NotLatestBill); what it billed is due again. One transaction:
    all of it or nothing.
    """
    actor.require(INVOICES_ADJUST)
    require_reason(reason)
    with transaction.atomic():
        lock_balances([bill.account_id])
        _require_latest(bill)
        documents = list(Document.objects.filter(bill=bill, status__in=["draft", "posted"]).order_by("-pk"))
        live = [document for document in documents if document.reversed_at is None]
        if not live:
            raise NotFound(f"Bill {bill.pk} has no documents that could be canceled.", field="bill")
        require_last_billed(document_ids=[document.pk for document in live])
        for document in live:
            _cancel(document, reason=reason, at=at, actor=actor, dated_on=dated_on)
        release_claims([document.pk for document in live], at=at)
    return list(Document.objects.filter(pk__in=[document.pk for document in live]).order_by("-pk"))


def _require_latest(bill: Bill) -> None:
    later = Bill.objects.filter(account_id=bill.account_id, pk__gt=bill.pk)
    if later.filter(documents__status__in=["draft", "posted"], documents__reversed_at__isnull=True).exists():
        raise NotLatestBill(bill=bill.pk, field="bill")


def _cancel(document: Document, *, reason: str, at: datetime, actor: Actor, dated_on: date | None) -> None:
    fresh = Document.objects.get(pk=document.pk)
    if fresh.status == "canceled":
        return  # followed the other of its pair
    if fresh.status == "draft":
        reject_draft(fresh, reason=reason, at=at, actor=actor)
        return
    locked = lock_correctable(fresh)
    dated = choose_date(locked, dated_on=dated_on, at=at)
    void_locked(locked, reason=reason, dated_on=dated, at=at, actor=actor, frees_periods=False)
