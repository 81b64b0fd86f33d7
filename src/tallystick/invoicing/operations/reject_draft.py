"""Reject drafts, with a reason (CRM-34). Nothing is deleted: they stay, canceled, and what they billed is due again."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.core.document_lifecycle import apply_document_event
from tallystick.invoicing.core.fees import FEE
from tallystick.invoicing.core.run_lifecycle import require_under_review
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk, Document, DocumentLine
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.issue_correction import require_reason
from tallystick.invoicing.operations.note_accounts import stamp_inputs
from tallystick.invoicing.operations.release_drafts import release_drafts
from tallystick.invoicing.operations.review_accounts import review_accounts
from tallystick.invoicing.queries.input_digests import list_changed_accounts
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT, INVOICES_ADJUST


def reject_draft(document: Document, *, reason: str, at: datetime, actor: Actor) -> list[Document]:
    """Cancel a draft; return what was canceled. A reason is mandatory.

    An invoice and a credit note of one bill are a pair: the other follows (ZUO-28). A bill of which only fees are left
    is no bill: they follow too (CRM-32). A draft of a bill run needs the run to be under review; the rejection of a
    correction takes the permission to correct too.
    """
    actor.require(BILL_RUNS_EDIT)
    if document.corrects_id is not None:
        actor.require(INVOICES_ADJUST)
    require_reason(reason)
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=document.run_id) if document.run_id else None
        lock_balances([document.account_id])
        document = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        apply_document_event(document.status, event="cancel", name=str(document))
        if run is not None:
            require_under_review(run.status, event="reject", number=run.number)
        rejected = _list_pair(document)
        ids = [document.account_id]
        was_changed = run is not None and list_changed_accounts(run.pk, account_ids=ids)
        release_drafts([each.pk for each in rejected], at=at, actor=actor, reason=reason[:300])
        if run is not None:
            _note_on_run(run, document.account_id, reason, at, is_as_reviewed=not was_changed)
    return list(Document.objects.filter(pk__in=[each.pk for each in rejected]).order_by("pk"))


def _list_pair(document: Document) -> list[Document]:
    """The draft; where its bill has both kinds, or but fees besides it, all drafts of the bill."""
    if document.bill_id is None:
        return [document]
    of_bill = list(Document.objects.filter(bill_id=document.bill_id, status="draft").order_by("pk"))
    if len({each.kind for each in of_bill}) > 1:
        return of_bill
    fees = set(DocumentLine.objects.filter(document__in=of_bill, kind=FEE).values_list("document_id", flat=True))
    others = {each.pk for each in of_bill} - fees
    return of_bill if others == {document.pk} else [document]


def _note_on_run(run: BillRun, account_id: int, reason: str, at: datetime, *, is_as_reviewed: bool) -> None:
    row = BillRunAccount.objects.filter(run=run, account_id=account_id).first()
    if row is None:
        return
    if not Document.objects.filter(run=run, account_id=account_id, status="draft").exists():
        BillRunAccount.objects.filter(run=run, account_id=account_id).update(
            status="dropped", reason=f"Rejected: {reason}"[:300]
        )
    elif is_as_reviewed and row.status == "drafted":  # what is left was made from less, not from something else
        stamp_inputs(run.pk, account_ids=[account_id], reason=row.reason)
    chunk = BillRunChunk.objects.select_for_update().get(run=run, position=row.chunk_position)
    count_chunk(chunk, status=chunk.status, at=at)
    review_accounts(run, account_ids=[account_id])
