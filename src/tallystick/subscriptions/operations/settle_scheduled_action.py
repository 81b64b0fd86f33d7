"""What became of an action that waited for its day. Steps of larger operations, which asked their actor."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.plumbing.actor import Actor, actor_from_json
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.scheduled_action import SCHEDULED, apply_scheduled_event
from tallystick.subscriptions.errors import ScheduledActionUnknown
from tallystick.subscriptions.models import ScheduledAction
from tallystick.subscriptions.operations.record_event import record_event

EVENTS = {"do": "do_scheduled_action", "refuse": "refuse_action", "cancel": "cancel_scheduled_action"}


def lock_scheduled_action(scheduled_id: int, *, subscription_id: int) -> ScheduledAction:
    """One under its lock, whatever became of it; refuses ScheduledActionUnknown."""
    rows = ScheduledAction.objects.select_for_update(no_key=True, of=("self",)).select_related("subscription")
    found = rows.filter(pk=scheduled_id, subscription_id=subscription_id).first()
    if found is None:
        raise ScheduledActionUnknown(action=scheduled_id)
    return found


def take_waiting_action(scheduled_id: int) -> ScheduledAction | None:
    """One that still waits, under its lock; None for what is settled, or what someone else has in hand."""
    rows = ScheduledAction.objects.select_for_update(no_key=True, of=("self",), skip_locked=True)
    return rows.select_related("subscription").filter(pk=scheduled_id, status=SCHEDULED).first()


def get_scheduler(scheduled: ScheduledAction) -> Actor:
    """Who scheduled it, able to finish what was allowed when it was asked for."""
    return actor_from_json(
        {
            "kind": scheduled.scheduled_by_kind,
            "id": scheduled.scheduled_by_id,
            "label": scheduled.scheduled_by,
        }
    )


def settle_scheduled_action(
    scheduled: ScheduledAction,
    *,
    event: str,
    at: datetime,
    actor: Actor,
    told: str = "",
    document_ids: Sequence[int] = (),
) -> None:
    """Say that it was done (`do`, with the documents that billed it), refused or canceled, and append the event.

    In the transaction that did it, so that it is done once or not at all. Refuses ScheduledActionOver.
    """
    scheduled.status = apply_scheduled_event(scheduled.status, event=event)
    scheduled.settled_at, scheduled.told, scheduled.documents = at, told, list(document_ids)
    scheduled.save(update_fields=["status", "settled_at", "told", "documents"])
    subscription = scheduled.subscription
    subscription.refresh_from_db(fields=["status"])
    kind = KINDS.get(scheduled.action["kind"])
    name = kind.name if kind else scheduled.action["kind"]
    record_event(
        subscription,
        event=EVENTS[event],
        from_status=subscription.status,
        at=at,
        actor=actor,
        reason=f"{name} on {scheduled.on}: {told or scheduled.reason}"[:300],
    )
