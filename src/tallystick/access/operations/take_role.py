"""Take a staff user's role."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from tallystick.access.models import StaffMember
from tallystick.access.operations.set_role import require_another_admin
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN


def take_role(user: User, *, actor: Actor) -> None:
    """Let `user` do nothing any more, and sign in no more to the console; what they did keeps their name.

    Taking it again changes nothing. Refuses LastAdmin when nobody would be left who can give roles.
    """
    actor.require(ACCESS_ADMIN)
    with transaction.atomic():
        require_another_admin(user)
        StaffMember.objects.filter(user_id=user.pk).delete()
        User.objects.filter(pk=user.pk).update(is_staff=False)
