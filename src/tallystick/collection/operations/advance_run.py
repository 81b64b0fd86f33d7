"""Move a run by its lifecycle and append events; used by all that changes a run or follows up its failures."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.collection.core.run_lifecycle import apply_run_event
from tallystick.collection.models import PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import announce


def advance_run(run: PaymentRun, *, event: str, at: datetime, actor: Actor, reason: str = "") -> None:
    """Apply `event` to a run locked by the caller and append it; refuses what the lifecycle does not allow."""
    before = run.status
    run.status = apply_run_event(before, event=event, number=run.number)
    stamp = {"start": "started_at", "complete": "completed_at"}.get(event)
    if stamp:
        setattr(run, stamp, at)
    run.reason = reason[:300]
    run.save(update_fields=["status", "reason", *([stamp] if stamp else [])])
    PaymentRunEvent.objects.create(
        run=run,
        event=event,
        from_status=before,
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )
    announce("payment_run", [run.pk], event=event, at=at, previous={"status": before})


def record_follow_up(
    items: Sequence[PaymentRunItem], *, event: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Append what a person did about failed items; the run's own status stays as it is."""
    PaymentRunEvent.objects.bulk_create(
        [
            PaymentRunEvent(
                run_id=item.run_id,
                item=item,
                event=event,
                from_status=item.status,
                to_status=item.status,
                at=at,
                actor_kind=actor.kind,
                actor_id=actor.id,
                actor_label=actor.label,
                reason=reason[:300],
            )
            for item in items
        ],
        batch_size=2000,
    )
