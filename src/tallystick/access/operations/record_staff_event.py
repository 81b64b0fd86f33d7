"""Note that a staff user's role was given, changed or taken."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User

from tallystick.access.models import StaffEvent
from tallystick.plumbing.actor import Actor


def record_staff_event(user: User, *, from_role: str, to_role: str, at: datetime, actor: Actor) -> None:
    """Append one event. A step of a larger operation, in its transaction, which has asked its actor."""
    StaffEvent.objects.create(
        user=user,
        from_role=from_role,
        to_role=to_role,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
