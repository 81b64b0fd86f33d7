"""Record that a sent e-mail came back."""

from datetime import datetime

from django.db import transaction

from tallystick.delivery.core.lifecycle import apply_delivery_event
from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.record_delivery_events import record_delivery_events
from tallystick.delivery.queries.deliveries import get_delivery
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import DELIVERIES_SEND


def record_bounce(delivery_id: int, *, reason: str, at: datetime, actor: Actor) -> Delivery:
    """Mark a sent delivery bounced, with what the other side said. Refused unless it was sent."""
    actor.require(DELIVERIES_SEND)
    if not reason.strip():
        raise InvalidInput("Say what came back; the reason stays with the delivery.", field="reason")
    with transaction.atomic():
        delivery = get_delivery(delivery_id, is_locked=True)
        apply_delivery_event(delivery.status, event="bounce", delivery_id=delivery.pk)
        delivery.status = record_delivery_events(
            [delivery.pk], event="bounce", from_status=delivery.status, at=at, actor=actor, reason=reason
        )
        delivery.reason = reason[:300]
        delivery.save(update_fields=["status", "reason"])
    return delivery
