"""Delete a canceled or failed payment run (ZUO-41). It took nothing and charged nothing; one line tells of it."""

from datetime import datetime

from django.db import transaction

from tallystick.collection.errors import PaymentRunNotDeletable
from tallystick.collection.models import DeletedPaymentRun, PaymentRun, PaymentRunEvent
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.plumbing.statements import fetch_rows, run_sql

DELETABLE = ("canceled", "failed")


def delete_payment_run(run: PaymentRun, *, reason: str, at: datetime, actor: Actor) -> DeletedPaymentRun:
    """Remove a run with its history; what stays says who deleted which run, when and why. A reason is mandatory.

    Its number is never given again. Refuses PaymentRunNotDeletable for any other state, and for a failed one that took
    invoices: what it charged is told by it. The database refuses to delete anything else's history.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    if not reason.strip():
        raise InvalidInput("Say why the run is deleted; the reason stays.", field="reason")
    with transaction.atomic():
        run = PaymentRun.objects.select_for_update().get(pk=run.pk)
        if run.status not in DELETABLE or run.items.exists():
            raise PaymentRunNotDeletable(number=run.number, status=run.status, field="status")
        trace = DeletedPaymentRun.objects.create(
            seller_id=run.seller_id,
            number=run.number,
            status=run.status,
            target_on=run.target_on,
            created_by=run.created_by,
            created_at=run.created_at,
            deleted_at=at,
            actor_kind=actor.kind,
            actor_id=actor.id,
            actor_label=actor.label,
            reason=reason.strip()[:300],
        )
        # The trigger lets go of the events of the run that is named here, in this transaction only.
        fetch_rows("SELECT set_config('tallystick.deletes_payment_run', %s, true)", [str(run.pk)])
        run_sql(f"DELETE FROM {PaymentRunEvent._meta.db_table} WHERE run_id = %s", [run.pk])
        run_sql(f"DELETE FROM {PaymentRun._meta.db_table} WHERE id = %s", [run.pk])
        fetch_rows("SELECT set_config('tallystick.deletes_payment_run', '', true)")
    return trace
