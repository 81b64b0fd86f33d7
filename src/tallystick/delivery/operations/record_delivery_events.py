"""Append events of deliveries: who, when, why. Used by every operation that changes a status."""

from collections.abc import Iterable
from datetime import datetime

from tallystick.delivery.core.lifecycle import apply_delivery_event
from tallystick.delivery.models import DeliveryEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows

EVENTS = DeliveryEvent._meta.db_table
COLUMNS = ("delivery_id", "event", "from_status", "to_status", "at", "actor_kind", "actor_id", "actor_label", "reason")


def record_delivery_events(
    delivery_ids: Iterable[int], *, event: str, from_status: str, at: datetime, actor: Actor, reason: str = ""
) -> str:
    """Append one event to each delivery; returns the status after it. Refuses what the lifecycle does not allow."""
    to_status = apply_delivery_event(from_status, event=event)
    copy_rows(
        EVENTS,
        COLUMNS,
        (
            (delivery_id, event, from_status, to_status, at, actor.kind, actor.id, actor.label, reason[:300])
            for delivery_id in delivery_ids
        ),
    )
    return to_status
