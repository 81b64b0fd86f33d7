"""Give a staff user a role."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from tallystick.access.core.roles import ADMIN, ROLES
from tallystick.access.errors import LastAdmin, RoleUnknown
from tallystick.access.models import StaffMember
from tallystick.access.operations.record_staff_event import record_staff_event
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN


def set_role(user: User, *, role: str, at: datetime, actor: Actor) -> StaffMember:
    """Make `user` a staff user with `role`, or change the role. Refuses RoleUnknown, and LastAdmin when nobody would be
    left who can give roles."""
    actor.require(ACCESS_ADMIN)
    if role not in ROLES:
        raise RoleUnknown(role=role)
    with transaction.atomic():
        if role != ADMIN:
            require_another_admin(user)
        before = StaffMember.objects.select_for_update().filter(user=user).first()
        member, _ = StaffMember.objects.update_or_create(
            user=user, defaults={"role": role, "role_set_at": at, "role_set_by": actor.label}
        )
        User.objects.filter(pk=user.pk).update(is_staff=True)
        from_role = before.role if before is not None else ""
        if from_role != role:
            record_staff_event(user, from_role=from_role, to_role=role, at=at, actor=actor)
    return member


def require_another_admin(user: User) -> None:
    """Refuse LastAdmin if `user` is the only active admin. In the transaction of what would take the role."""
    # The rows are locked, so that two admins who demote each other at once don't both succeed.
    admins = StaffMember.objects.select_for_update(of=("self",)).filter(role=ADMIN, user__is_active=True).order_by("pk")
    ids = list(admins.values_list("user_id", flat=True))
    if ids == [user.pk]:
        raise LastAdmin(login=user.get_username())
