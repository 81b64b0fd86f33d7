"""Delete a canceled or failed run with its documents (ZUO-12). It had no financial effect; one line tells of it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model

from tallystick.errors import InvalidInput
from tallystick.invoicing.errors import RunHasDraws, RunIsHeld, RunNotDeletable
from tallystick.invoicing.models import (
    AccountReview,
    Bill,
    BillingClaim,
    BillRun,
    BillRunAccount,
    BillRunChunk,
    BillRunEvent,
    DeletedBillRun,
    Document,
    DocumentEvent,
    DocumentLine,
    DocumentTaxLine,
    Draw,
)
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT
from tallystick.plumbing.statements import fetch_rows, run_sql

DELETABLE = ("canceled", "failed")
OF_DOCUMENTS: tuple[type[Model], ...] = (DocumentLine, DocumentTaxLine, BillingClaim, DocumentEvent)
OF_RUN: tuple[type[Model], ...] = (AccountReview, Document, Bill, BillRunAccount, BillRunChunk, BillRunEvent)


def delete_bill_run(run: BillRun, *, reason: str, at: datetime, actor: Actor) -> DeletedBillRun:
    """Remove a run and every canceled draft of it; what stays says who deleted which run, when and why.

    Its number is never given again. A reason is mandatory. Refuses runs in any other state (RunNotDeletable), those
    that drew (RunHasDraws), and those that a payment run or its schedule names (RunIsHeld); the database refuses to
    delete anything that is not a canceled draft of this very run.
    """
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the run is deleted; the reason stays.", field="reason")
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=run.pk)
        if run.status not in DELETABLE:
            raise RunNotDeletable(number=run.number, status=run.status)
        if Draw.objects.filter(run=run).exists():
            raise RunHasDraws(number=run.number)
        trace = _leave_trace(run, reason, at, actor)
        # The triggers let go of what belongs to the run that is named here, in this transaction only.
        fetch_rows("SELECT set_config('tallystick.deletes_run', %s, true)", [str(run.pk)])
        for model in OF_DOCUMENTS:
            run_sql(
                f"DELETE FROM {model._meta.db_table} r USING {Document._meta.db_table} d"
                " WHERE d.id = r.document_id AND d.run_id = %s",
                [run.pk],
            )
        for model in OF_RUN:
            run_sql(f"DELETE FROM {model._meta.db_table} WHERE run_id = %s", [run.pk])
        _remove_run(run)
        fetch_rows("SELECT set_config('tallystick.deletes_run', '', true)")
    return trace


def _remove_run(run: BillRun) -> None:
    """What a later step holds on to, such as a payment run that waited for it, is deleted there first."""
    try:
        with transaction.atomic():
            run_sql(f"DELETE FROM {BillRun._meta.db_table} WHERE id = %s", [run.pk])
            run_sql("SET CONSTRAINTS ALL IMMEDIATE", [])
            run_sql("SET CONSTRAINTS ALL DEFERRED", [])
    except IntegrityError:
        raise RunIsHeld(number=run.number) from None


def _leave_trace(run: BillRun, reason: str, at: datetime, actor: Actor) -> DeletedBillRun:
    return DeletedBillRun.objects.create(
        seller_id=run.seller_id,
        number=run.number,
        status=run.status,
        target_on=run.target_on,
        invoice_on=run.invoice_on,
        created_by=run.created_by,
        created_at=run.created_at,
        documents=Document.objects.filter(run=run).count(),
        deleted_at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )
