"""How many calls a minute: per key, and per address for keys that are not accepted.

Each web process counts for itself, in memory: that is no exact quota, it keeps one program from taking the whole house.
A minute is the clock's; with its end all counts are forgotten, so that memory holds the callers of one minute.
"""

from __future__ import annotations

import threading
import time
from typing import Final, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from tallystick.interfaces.api.errors import TooManyCalls, TooManyWrongKeys
from tallystick.plumbing.actor import Actor

WINDOW_SECONDS: Final = 60


class Standing(NamedTuple):
    """What is left in this minute after a call, and how many seconds it still lasts. Below 0: it was one too many."""

    limit: int
    left: int
    seconds: int


class Allowance:
    """Counts by name within the present minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[str, int] = {}

    def take(self, name: str, *, limit: int, at: float) -> Standing:
        """Count one more at the instant `at`, in seconds."""
        minute, passed = divmod(int(at), WINDOW_SECONDS)
        with self._lock:
            if minute != self._minute:
                self._minute, self._counts = minute, {}
            count = self._counts[name] = self._counts.get(name, 0) + 1
        return Standing(limit, limit - count, WINDOW_SECONDS - passed)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._counts = {}


allowance: Final = Allowance()
"""That of this process."""


def take_call(request: HttpRequest, *, actor: Actor) -> None:
    """Count a call of a key. Refuses TooManyCalls."""
    limit = settings.API_CALLS_PER_MINUTE
    if limit <= 0:
        return
    standing = allowance.take(f"{actor.kind}:{actor.id}", limit=limit, at=time.time())
    request.api_standing = standing  # type: ignore[attr-defined]
    if standing.left < 0:
        raise TooManyCalls(limit=limit, seconds=standing.seconds)


def take_wrong_key(request: HttpRequest) -> None:
    """Count a key that is not accepted against the address that it came from. Refuses TooManyWrongKeys.

    Keys that are good pass whatever their neighbors send: many programs may share an address.
    """
    limit = settings.API_WRONG_KEYS_PER_MINUTE
    if limit <= 0:
        return
    standing = allowance.take(f"address:{request.META.get('REMOTE_ADDR', '')}", limit=limit, at=time.time())
    if standing.left < 0:
        raise TooManyWrongKeys(limit=limit, seconds=standing.seconds)


def tell_standing(request: HttpRequest, response: HttpResponse) -> None:
    """Say in the answer what is left, in the header fields of the draft standard."""
    standing: Standing | None = getattr(request, "api_standing", None)
    if standing is not None:
        response["RateLimit-Policy"] = f'"default";q={standing.limit};w={WINDOW_SECONDS}'
        response["RateLimit"] = f'"default";r={max(standing.left, 0)};t={standing.seconds}'
