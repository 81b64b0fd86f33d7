"""Remember when an API key was last used."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from tallystick.access.models import ApiKey
from tallystick.plumbing.actor import Actor

# One write a minute, not one a request: a busy key must not turn every read into a write.
_GRAIN = timedelta(minutes=1)


def record_key_use(actor: Actor, *, at: datetime) -> None:
    """Note that the key behind `actor` was used at the real instant `at`; at most once a minute. Asks no permission:
    every key may be used."""
    is_stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - _GRAIN)
    ApiKey.objects.filter(is_stale, pk=int(actor.id)).update(last_used_at=at)
