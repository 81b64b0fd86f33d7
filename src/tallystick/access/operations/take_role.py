"""Take a staff user's role."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tallystick.access.models import StaffMember
from tallystick.access.operations.record_staff_event import record_staff_event
from tallystick.access.operations.set_role import require_another_admin
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN


def take_role(user: User, *, at: datetime, actor: Actor) -> None:
    """Let `user` do nothing any more, and sign in no more to the console; what they did keeps their name.

    Taking it again changes nothing. Refuses LastAdmin when nobody would be left who can give roles.
    """
    actor.require(ACCESS_ADMIN)
    with transaction.atomic():
        require_another_admin(user)
        member = StaffMember.objects.select_for_update().filter(user_id=user.pk).first()
        if member is not None:
            record_staff_event(user, from_role=member.role, to_role="", at=at, actor=actor)
            member.delete()
        User.objects.filter(pk=user.pk).update(is_staff=False)
