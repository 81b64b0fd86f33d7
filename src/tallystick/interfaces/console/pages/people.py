"""People and roles: who is staff, and what each of them may do."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tallystick.access.core.roles import ROLES, compute_permissions
from tallystick.access.errors import StaffUserUnknown
from tallystick.access.models import StaffMember
from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.operations.set_role import set_role
from tallystick.access.operations.take_role import take_role
from tallystick.access.queries import list_staff, list_staff_events
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import draw_page, needs
from tallystick.plumbing.permissions import ACCESS_ADMIN, PERMISSIONS


@needs(ACCESS_ADMIN)
def list_people(request: HttpRequest) -> HttpResponseBase:
    """All staff users, those whose role was taken, and what the roles allow."""
    context = {
        "people": list_staff(),
        "former": User.objects.filter(staff_member__isnull=True).order_by("username"),
        "roles": [(role, _list_added(role)) for role in ROLES],
        "role_names": ROLES,
        "events": list_staff_events(),
    }
    return draw_page(request, template="console/people.html", title="People and roles", context=context)


@require_POST
@needs(ACCESS_ADMIN)
def change_role(request: HttpRequest, *, user_id: int) -> HttpResponse:
    """Give someone another role."""

    def change() -> StaffMember:
        return set_role(
            _get_user(user_id), role=request.POST.get("role", ""), at=timezone.now(), actor=get_actor(request)
        )

    perform(
        request, act=change, done=lambda member: f"{member.user.get_full_name() or member.user} is now {member.role}."
    )
    return redirect("admin:people")


@require_POST
@needs(ACCESS_ADMIN)
def take_away_role(request: HttpRequest, *, user_id: int) -> HttpResponse:
    """Let someone do nothing here any more."""

    def take() -> User:
        user = _get_user(user_id)
        take_role(user, at=timezone.now(), actor=get_actor(request))
        return user

    perform(
        request,
        act=take,
        done=lambda user: f"{user.get_full_name() or user} has no role any more. What they did keeps their name.",
    )
    return redirect("admin:people")


@require_POST
@needs(ACCESS_ADMIN)
def add_person(request: HttpRequest) -> HttpResponse:
    """Make a staff user. Without a password they set one by "Forgot your password?"."""
    given = request.POST
    perform(
        request,
        act=lambda: create_staff_user(
            given.get("email", ""),
            name=given.get("name", ""),
            role=given.get("role", ""),
            password=given.get("password") or None,
            at=timezone.now(),
            actor=get_actor(request),
        ),
        done=lambda user: f"{user.get_full_name() or user.email} can be signed in.",
    )
    return redirect("admin:people")


def _get_user(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise StaffUserUnknown(login=user_id)
    return user


def _list_added(role: str) -> list[str]:
    """What a role may beyond the one before it, in words."""
    position = ROLES.index(role)
    before = compute_permissions(ROLES[position - 1]) if position else frozenset[str]()
    return [PERMISSIONS[name] for name in PERMISSIONS if name in compute_permissions(role) - before]
