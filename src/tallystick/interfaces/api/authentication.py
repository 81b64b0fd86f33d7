"""Who calls: an API key in the header `Authorization: Bearer tally_...` becomes an actor."""

from __future__ import annotations

from typing import Final, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from tallystick.access.errors import KeyNotAccepted, NotAuthenticated
from tallystick.access.operations.record_key_use import record_key_use
from tallystick.access.queries import get_actor_by_key
from tallystick.errors import Refusal
from tallystick.interfaces.api.errors import IdempotencyKeyMissing, MediaTypeNotTaken
from tallystick.plumbing.actor import Actor

JSON: Final = "application/json"
FORM: Final = "multipart/form-data"

_SCHEME: Final = "bearer"


def authenticate(request: HttpRequest) -> None:
    """Remember at the request who calls, or why that is unknown. Nothing is refused yet: some pages are open to all."""
    request.actor = None  # type: ignore[attr-defined]
    request.authentication_refusal = None  # type: ignore[attr-defined]
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != _SCHEME:
        return
    # Keys live in real time, not by the business clock.
    at = timezone.now()
    try:
        actor = get_actor_by_key(text.strip(), at=at)
    except NotAuthenticated as refusal:
        request.authentication_refusal = refusal  # type: ignore[attr-defined]
        return
    record_key_use(actor, at=at)
    request.actor = actor  # type: ignore[attr-defined]


def find_actor(request: HttpRequest) -> Actor | None:
    """Who calls; None if that is not known."""
    return cast("Actor | None", getattr(request, "actor", None))


def has_wrong_key(request: HttpRequest) -> bool:
    """Whether a key was sent that is not accepted. A call without any key is not guessing."""
    return getattr(request, "authentication_refusal", None) is not None


def get_actor(request: HttpRequest) -> Actor:
    """Who calls. Raises KeyNotAccepted, KeyExpired or KeyRevoked."""
    actor = find_actor(request)
    if actor is None:
        raise cast("Refusal | None", getattr(request, "authentication_refusal", None)) or KeyNotAccepted()
    return actor


class Needs(HttpBearer):
    """What an endpoint needs before its input is looked at: a permission, a body of its media type, and where money or
    numbers move also an idempotency key.

    Operations ask for their permissions themselves; here it is told early, and stands in the OpenAPI document.
    """

    def __init__(self, permission: str | None, *, is_key_required: bool = False, media_type: str = JSON) -> None:
        self.permission = permission
        self.is_key_required = is_key_required
        self.media_type = media_type
        super().__init__()

    def __call__(self, request: HttpRequest) -> Actor:
        """The actor, or a refusal: who is it, may they, can it be read, can it be repeated safely."""
        actor = get_actor(request)
        if self.permission is not None:
            actor.require(self.permission)
        if request.META.get("CONTENT_LENGTH") not in (None, "", "0") and request.content_type != self.media_type:
            raise MediaTypeNotTaken(sent=request.content_type, taken=self.media_type)
        if self.is_key_required and "Idempotency-Key" not in request.headers:
            raise IdempotencyKeyMissing
        return actor

    def authenticate(self, request: HttpRequest, token: str) -> Actor:
        """Not asked: `__call__` has answered already."""
        raise NotImplementedError
