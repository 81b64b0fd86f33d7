"""Staff users: who may sign in to the console, and by which role."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import ConfigDict, Field

from tallystick.access.operations.create_staff_user import create_staff_user as make_staff_user
from tallystick.access.operations.set_role import set_role
from tallystick.access.operations.take_role import take_role
from tallystick.access.queries import get_staff_member, list_staff_page
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.schemas import Body, Id, Row, Text200
from tallystick.plumbing.permissions import ACCESS_ADMIN

router = Router(tags=["Access"])
LIST = "staff-users"

Role = Literal["viewer", "clerk", "finance", "admin"]


class StaffUser(Row):
    """Someone who may sign in to the console. Each role may all that the one before it may."""

    id: int = Field(validation_alias="user_id")
    email: str = Field(validation_alias="user.username")
    name: str
    role: Role
    role_set_at: datetime
    role_set_by: str

    @staticmethod
    def resolve_name(row: Any) -> str:
        """What others see."""
        return str(row.user.get_full_name())


class NewStaffUser(Body):
    """Someone who shall sign in. Without a password they can't before one is set at the command line."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "kim@acme.example", "role": "clerk"}]})

    email: Text200
    role: Role
    name: Text200 = ""


class RoleChange(Body):
    """Which role they have from now on."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"role": "finance"}]})

    role: Role


@router.get("/staff-users", response=Page[StaffUser], auth=Needs(ACCESS_ADMIN))
def list_staff_users(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Everyone with a role."""
    rows = list_staff_page(after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda member: member.user_id)


@router.post("/staff-users", response={201: StaffUser}, auth=Needs(ACCESS_ADMIN))
def create_staff_user(request: HttpRequest, body: NewStaffUser) -> object:
    """Make a staff user, without a password: passwords do not go through the API."""
    user = make_staff_user(body.email, role=body.role, name=body.name, at=timezone.now(), actor=get_actor(request))
    return get_staff_member(user.pk)


@router.put("/staff-users/{user_id}/role", response=StaffUser, auth=Needs(ACCESS_ADMIN))
def give_role(request: HttpRequest, user_id: Path[Id], body: RoleChange) -> object:
    """Give a staff user another role. The last admin is refused."""
    set_role(get_staff_member(user_id).user, role=body.role, at=timezone.now(), actor=get_actor(request))
    return get_staff_member(user_id)


@router.delete("/staff-users/{user_id}/role", response={204: None}, auth=Needs(ACCESS_ADMIN))
def remove_role(request: HttpRequest, user_id: Path[Id]) -> None:
    """Take a staff user's role: they may do nothing any more. What they did stays theirs. The last admin is refused."""
    take_role(get_staff_member(user_id).user, at=timezone.now(), actor=get_actor(request))
