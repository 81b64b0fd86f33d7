"""Tell runs what became of their attempts: after a wave, after the janitor, after late news from a gateway."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from tallystick.collection.core.item_lifecycle import (
    COLLECTED,
    FAILED,
    IN_FLIGHT,
    UNFINISHED,
    apply_follow_up_event,
    apply_item_event,
    find_event,
)
from tallystick.collection.core.reasons import QUARANTINED
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.operations.schedule_retries import end_retries, schedule_retries
from tallystick.collection.operations.update_items import ItemChange, update_items
from tallystick.payments.core.attempt_lifecycle import FINAL
from tallystick.plumbing.actor import Actor

PAID_LATE = "The gateway reported later that it was paid."


def record_outcomes(*, at: datetime, actor: Actor, run_id: int | None = None, attempt_ids: Sequence[int] = ()) -> int:
    """Bring items up to what their attempts say, of one run, of some attempts, or of all; return how many changed.

    A failure becomes an open follow-up, and its next try gets its time; a run none of whose items waits for an answer
    is completed: a processing one is handed to later, its outcome recorded here when it comes. May run twice.
    """
    with transaction.atomic():
        rows = PaymentRunItem.objects.select_for_update(of=("self",)).select_related("attempt")
        rows = rows.filter(Q(status__in=IN_FLIGHT) | Q(status=FAILED, attempt__status="succeeded"))
        if run_id is not None:
            rows = rows.filter(run_id=run_id)
        if attempt_ids:
            rows = rows.filter(attempt_id__in=list(attempt_ids))
        found = [(item, change) for item in rows.order_by("pk") if (change := _find_change(item)) is not None]
        changes = [change for _, change in found]
        update_items(changes)
        schedule_retries([item.document_id for item, change in found if change.status == FAILED])
        end_retries([item.document_id for item, change in found if change.status == COLLECTED])
    complete_runs(at=at, actor=actor, run_id=run_id)
    return len(changes)


def complete_runs(*, at: datetime, actor: Actor, run_id: int | None = None) -> None:
    """Complete the running runs (or this one) whose items are all final or handed to later."""
    with transaction.atomic():
        running = PaymentRun.objects.select_for_update().filter(status="running").order_by("pk")
        for run in running if run_id is None else running.filter(pk=run_id):
            if not run.items.filter(status__in=UNFINISHED).exists():
                advance_run(run, event="complete", at=at, actor=actor)


def _find_change(item: PaymentRunItem) -> ItemChange | None:
    attempt = item.attempt
    if attempt is None:
        return None
    # what a person must compare first is handed to later, so that a run does not wait for it
    is_held = bool(attempt.quarantine_reason) and attempt.status not in FINAL
    event = find_event(item.status, attempt_status="processing" if is_held else attempt.status)
    if not event:
        return None
    failed, collected = event == "fail", event == "collect"
    is_late = collected and item.status == FAILED
    return ItemChange(
        item.pk,
        apply_item_event(item.status, event=event),
        reason_code=(attempt.failure_code or attempt.status) if failed else QUARANTINED if is_held else "",
        follow_up=apply_follow_up_event(item.follow_up, event=event) if failed or collected else None,
        note=PAID_LATE if is_late else None,
    )
