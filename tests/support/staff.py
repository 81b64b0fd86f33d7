"""Staff users for tests."""

from __future__ import annotations

from django.contrib.auth.models import User

from tallystick.access.operations.create_staff_user import create_staff_user
from tests.support.builders import ACTOR, AT

PASSWORD = "Quarz-7!lampe"


def build_staff_user(role: str, *, name: str = "") -> User:
    """A staff user of a role at `ROLE@acme.example`, who can sign in with PASSWORD."""
    email, label = f"{role}@acme.example", name or f"{role.title()} Jones"
    return create_staff_user(email, role=role, name=label, password=PASSWORD, at=AT, actor=ACTOR)
