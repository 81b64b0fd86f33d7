"""Create a staff user."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from tallystick.access.errors import EmailNotValid, PasswordTooWeak, StaffUserExists
from tallystick.access.operations.set_role import set_role
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN


def create_staff_user(
    email: str, *, role: str, at: datetime, actor: Actor, name: str = "", password: str | None = None
) -> User:
    """Make someone who can sign in to the console with this address and has `role`.

    Without a password they can't sign in before one is set. `name` is what others see, the given name first.
    Refuses: EmailNotValid, StaffUserExists, PasswordTooWeak, RoleUnknown.
    """
    actor.require(ACCESS_ADMIN)
    address = email.strip().lower()
    _require_new_address(address)
    given_name, _, family_name = name.strip().partition(" ")
    user = User(username=address, email=address, first_name=given_name, last_name=family_name.strip(), is_staff=True)
    if password is None:
        user.set_unusable_password()
    else:
        _require_strong_password(password, user=user)
        user.set_password(password)
    with transaction.atomic():
        user.save()
        set_role(user, role=role, at=at, actor=actor)
    return user


def _require_new_address(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError as invalid:
        raise EmailNotValid(email=address) from invalid
    if User.objects.filter(username=address).exists():
        raise StaffUserExists(email=address)


def _require_strong_password(password: str, *, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as weak:
        raise PasswordTooWeak(reasons=" ".join(weak.messages)) from weak
