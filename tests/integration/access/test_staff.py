"""Staff users and their roles."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connections, transaction

from tallystick.access.core.roles import ADMIN, CLERK, FINANCE, VIEWER, compute_permissions
from tallystick.access.errors import (
    EmailNotValid,
    LastAdmin,
    PasswordTooWeak,
    RoleUnknown,
    StaffUserExists,
    StaffUserUnknown,
)
from tallystick.access.models import StaffEvent, StaffMember
from tallystick.access.operations.create_staff_user import create_staff_user
from tallystick.access.operations.set_role import set_role
from tallystick.access.operations.take_role import take_role
from tallystick.access.queries import (
    get_staff_actor,
    list_staff,
    list_staff_events,
    make_operator_actor,
    make_staff_actor,
)
from tallystick.plumbing.actor import PermissionMissing
from tests.support.databases import FreshDatabase

AT = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
OPERATOR = make_operator_actor("setup")
GOOD_PASSWORD = "seven green bottles"


def create(login: str, role: str) -> User:
    return create_staff_user(f"{login}@house.example", role=role, name=f"{login.title()} Lee", at=AT, actor=OPERATOR)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [VIEWER, CLERK, FINANCE, ADMIN])
def test_a_staff_user_acts_with_the_permissions_of_the_role(role: str) -> None:
    user = create("ada", role)
    actor = make_staff_actor(user)
    assert (actor.kind, actor.id, actor.label) == ("staff", str(user.pk), "Ada Lee")
    assert actor.permissions == compute_permissions(role)


@pytest.mark.django_db
def test_a_user_without_a_role_may_nothing_even_a_superuser_of_django() -> None:
    assert make_staff_actor(User.objects.create_superuser("root")).permissions == frozenset()


@pytest.mark.django_db
def test_a_deactivated_user_may_nothing() -> None:
    user = create("ada", ADMIN)
    user.is_active = False
    assert make_staff_actor(user).permissions == frozenset()


@pytest.mark.django_db
def test_a_command_can_run_in_the_name_of_a_staff_user() -> None:
    create("ada", CLERK)
    assert get_staff_actor("ADA@house.example").permissions == compute_permissions(CLERK)
    User.objects.create_user("customer")
    with pytest.raises(StaffUserUnknown):
        get_staff_actor("customer")


@pytest.mark.django_db
def test_a_new_staff_user_signs_in_with_the_password_given_and_with_none_before_one_is_set() -> None:
    with_one = create_staff_user("bo@house.example", role=CLERK, at=AT, actor=OPERATOR, password=GOOD_PASSWORD)
    assert with_one.check_password(GOOD_PASSWORD)
    assert not create("ada", CLERK).has_usable_password()


@pytest.mark.django_db
def test_a_role_is_changed_and_who_did_it_is_kept() -> None:
    user = create("ada", CLERK)
    member = set_role(user, role=FINANCE, at=AT, actor=OPERATOR)
    assert (member.role, member.role_set_by, member.role_set_at) == (FINANCE, "setup", AT)
    assert [each.role for each in list_staff()] == [FINANCE]


@pytest.mark.django_db
def test_roles_given_changed_and_taken_stay_in_the_history() -> None:
    create("root", ADMIN)
    user = create("ada", CLERK)
    for _ in range(2):  # the same again changes nothing
        set_role(user, role=FINANCE, at=AT, actor=OPERATOR)
    for _ in range(2):
        take_role(user, at=AT, actor=OPERATOR)
    own = [each for each in list_staff_events() if each.user_id == user.pk]
    assert [(each.from_role, each.to_role) for each in own] == [(FINANCE, ""), (CLERK, FINANCE), ("", CLERK)]
    assert {(each.actor_label, each.at) for each in own} == {("setup", AT)}
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        StaffEvent.objects.all().delete()


@pytest.mark.django_db
def test_bad_input_is_refused_and_creates_nobody() -> None:
    create("ada", CLERK)
    with pytest.raises(StaffUserExists):
        create_staff_user("ADA@house.example", role=CLERK, at=AT, actor=OPERATOR)
    with pytest.raises(EmailNotValid):
        create_staff_user("ada at house", role=CLERK, at=AT, actor=OPERATOR)
    with pytest.raises(PasswordTooWeak, match="too short"):
        create_staff_user("bo@house.example", role=CLERK, at=AT, actor=OPERATOR, password="x1")
    with pytest.raises(RoleUnknown, match="no role owner"):
        create_staff_user("bo@house.example", role="owner", at=AT, actor=OPERATOR)
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_only_an_admin_gives_roles() -> None:
    finance = make_staff_actor(create("finn", FINANCE))
    with pytest.raises(PermissionMissing):
        set_role(User.objects.get(), role=ADMIN, at=AT, actor=finance)


@pytest.mark.django_db
def test_the_last_admin_stays_admin() -> None:
    ada = create("ada", ADMIN)
    with pytest.raises(LastAdmin):
        set_role(ada, role=VIEWER, at=AT, actor=OPERATOR)
    create("bo", ADMIN)
    assert set_role(ada, role=VIEWER, at=AT, actor=OPERATOR).role == VIEWER


def test_two_admins_who_demote_each_other_at_once_leave_one(fresh_database: FreshDatabase) -> None:
    users = [create("ada", ADMIN), create("bo", ADMIN)]
    start = threading.Barrier(2)
    refused: list[LastAdmin] = []

    def demote(user: User) -> None:
        start.wait()
        try:
            set_role(user, role=CLERK, at=AT, actor=OPERATOR)
        except LastAdmin as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=demote, args=[user]) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert StaffMember.objects.filter(role=ADMIN).count() == 1
