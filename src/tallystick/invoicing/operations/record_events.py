"""Append events of documents and runs: who, when, why. Used by every operation that changes a status."""

from collections.abc import Iterable
from datetime import datetime

from tallystick.invoicing.core.run_lifecycle import apply_run_event
from tallystick.invoicing.models import BillRun, BillRunEvent, DocumentEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.outbox import announce

DOCUMENT_EVENTS = DocumentEvent._meta.db_table
#: What is news to programs outside; drafts come and go by the thousand.
ANNOUNCED = frozenset({"post", "void"})


def record_document_events(
    document_ids: Iterable[int],
    *,
    event: str,
    from_status: str,
    to_status: str,
    at: datetime,
    actor: Actor,
    reason: str = "",
) -> None:
    """Append one event to each document, in bulk, and announce it."""
    ids = list(document_ids)
    copy_rows(
        DOCUMENT_EVENTS,
        ("document_id", "event", "from_status", "to_status", "at", "actor_kind", "actor_id", "actor_label", "reason"),
        (
            (document_id, event, from_status, to_status, at, actor.kind, actor.id, actor.label, reason)
            for document_id in ids
        ),
    )
    if event in ANNOUNCED:
        announce("document", ids, event=event, at=at, previous={"status": from_status})


def note_run_event(run_id: int, *, event: str, at: datetime, actor: Actor, reason: str) -> None:
    """Append what was done within a run, which stays in its state."""
    status = BillRun.objects.values_list("status", flat=True).get(pk=run_id)
    BillRunEvent.objects.create(
        run_id=run_id,
        event=event,
        from_status=status,
        to_status=status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )


def follow_up(run_id: int) -> None:
    """Ask for the job that does what follows from a run's new state: post, mail, tell its runner, start the next one.

    In the transaction of the change, so that it is asked for exactly when that is made.
    """
    enqueue("bill_run.follow_up", queue="billing", run_id=run_id)


def advance_run(run: BillRun, *, event: str, at: datetime, actor: Actor, reason: str = "") -> None:
    """Apply `event` to a run locked by the caller and append it; refuses what the lifecycle does not allow."""
    before = run.status
    run.status = apply_run_event(before, event=event, number=run.number)
    stamp = {"start": "started_at", "complete": "completed_at", "finish_post": "posted_at"}.get(event)
    if stamp:
        setattr(run, stamp, at)
    run.save(update_fields=["status", *([stamp] if stamp else [])])
    BillRunEvent.objects.create(
        run=run,
        event=event,
        from_status=before,
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason,
    )
    announce("bill_run", [run.pk], event=event, at=at, previous={"status": before})
