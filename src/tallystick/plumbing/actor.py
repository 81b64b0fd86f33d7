"""Who is acting: a value that every operation takes, and asks before it does anything.

`access` makes actors out of staff roles, API keys and customer logins. Rows that remember who did something keep kind,
id and label as text, so that history outlives the user.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from tallystick.errors import Forbidden, InvariantBroken
from tallystick.plumbing.permissions import PERMISSIONS

ActorKind = Literal["staff", "api_key", "customer", "system", "operator"]
"""staff: signed in to the console · api_key · customer: signed in to the portal · system: a job of ours · operator: at
the command line of the machine."""


class PermissionMissing(Forbidden):
    """{label} may not {sentence}. An admin can grant the permission {permission}."""

    code = "forbidden"


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone or something that acts, and what it may do."""

    kind: ActorKind
    id: str
    label: str
    permissions: frozenset[str] = field(default_factory=frozenset, repr=False)

    def may(self, permission: str) -> bool:
        """Whether this actor has the permission. Raises InvariantBroken for a permission that does not exist."""
        if permission not in PERMISSIONS:
            raise InvariantBroken(f"There is no permission {permission!r}.")
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuse with PermissionMissing (code `forbidden`) unless this actor has the permission."""
        if not self.may(permission):
            raise PermissionMissing(label=self.label, sentence=PERMISSIONS[permission], permission=permission)

    def also_allowed(self, *permissions: str) -> Actor:
        """The same identity, able to take the inner steps of something larger that it was asked about and may do.

        Given only by what asked `require` for the larger thing. Raises InvariantBroken for an unknown permission.
        """
        lacking = frozenset(each for each in permissions if not self.may(each))
        return replace(self, permissions=self.permissions | lacking)


def system_actor(label: str) -> Actor:
    """A job of ours, which may do everything. The label says which one, e.g. "bill run 12"."""
    return Actor(kind="system", id=label, label=label, permissions=frozenset(PERMISSIONS))


def actor_as_json(actor: Actor) -> dict[str, str]:
    """The actor as a job carries it on: who asked. The permissions were checked when the job was enqueued."""
    return {"kind": actor.kind, "id": actor.id, "label": actor.label}


def actor_from_json(stored: dict[str, str]) -> Actor:
    """The person on whose behalf a job works, able to finish what was allowed when it was asked for."""
    kind: ActorKind = stored["kind"]  # type: ignore[assignment]
    return Actor(kind=kind, id=stored["id"], label=stored["label"], permissions=frozenset(PERMISSIONS))
