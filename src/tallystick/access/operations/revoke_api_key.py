"""Revoke an API key."""

from __future__ import annotations

from datetime import datetime

from tallystick.access.models import ApiKey
from tallystick.access.queries import get_key
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import ACCESS_ADMIN


def revoke_api_key(key_id: int, *, at: datetime, actor: Actor) -> ApiKey:
    """Let a key work no longer. Revoking it again changes nothing: the first time stays. Raises KeyUnknown."""
    actor.require(ACCESS_ADMIN)
    ApiKey.objects.filter(pk=key_id, revoked_at__isnull=True).update(revoked_at=at, revoked_by=actor.label)
    return get_key(key_id)
