"""Issue an API key."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from tallystick.access.core.key_format import ALPHABET, DISPLAY_LENGTH, RANDOM_LENGTH, compose_key
from tallystick.access.core.scopes import compute_scopes
from tallystick.access.errors import ExpiryInThePast, KeyNameMissing
from tallystick.access.models import ApiKey
from tallystick.access.queries import compute_digests
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN, PERMISSIONS

_LONGEST_NAME = 80


class IssuedKey(NamedTuple):
    """A new key, and its text, which can't be had again."""

    key: ApiKey
    text: str


def issue_api_key(
    name: str,
    *,
    scopes: Iterable[str],
    at: datetime,
    actor: Actor,
    expires_at: datetime | None = None,
    is_test: bool = False,
) -> IssuedKey:
    """Make a key that may do what `scopes` (names of permissions) say, and no more than its issuer.

    `at` and `expires_at` are real instants, not of the business clock. `is_test` only marks the text of the key
    (`tally_test_`), for rehearsals and demos, so that a leaked one is recognized as harmless.
    Refuses: ScopeUnknown, ScopesMissing, ScopeBeyondIssuer, KeyNameMissing, ExpiryInThePast.
    """
    actor.require(ACCESS_ADMIN)
    label = name.strip()
    if not label or len(label) > _LONGEST_NAME:
        raise KeyNameMissing
    if expires_at is not None and expires_at <= at:
        raise ExpiryInThePast(expires_at=expires_at.isoformat(timespec="seconds"))
    granted = compute_scopes(scopes, known=PERMISSIONS, issuer_permissions=actor.permissions, issuer_label=actor.label)
    random_part = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    text = compose_key(random_part, mode="test" if is_test else "live")
    key = ApiKey.objects.create(
        name=label,
        prefix=text[:DISPLAY_LENGTH],
        digest=compute_digests(text)[0],
        scopes=granted,
        created_by=actor.label,
        created_at=at,
        expires_at=expires_at,
    )
    return IssuedKey(key, text)
