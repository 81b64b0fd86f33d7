"""API keys: what programs may do. The text of a key is shown once, right after it was made."""

from __future__ import annotations

from datetime import UTC, datetime, time

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from tallystick.access.models import ApiKey
from tallystick.access.operations.issue_api_key import IssuedKey, issue_api_key
from tallystick.access.operations.revoke_api_key import revoke_api_key
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import draw_page, needs
from tallystick.plumbing.permissions import ACCESS_ADMIN, PERMISSIONS


def _real_now() -> datetime:
    # Keys live in real time, also while the business clock is set.
    return datetime.now(UTC)


@needs(ACCESS_ADMIN)
def list_keys(request: HttpRequest) -> HttpResponseBase:
    """All keys, the live ones first."""
    return _draw(request, issued=None)


@require_POST
@needs(ACCESS_ADMIN)
def issue_key(request: HttpRequest) -> HttpResponseBase:
    """Make a key, and show its text on the page that answers: nowhere else, and never again."""
    given = request.POST
    issued = perform(
        request,
        act=lambda: issue_api_key(
            given.get("name", ""),
            scopes=given.getlist("scopes"),
            expires_at=_read_expiry(given.get("expires_on", "")),
            at=_real_now(),
            actor=get_actor(request),
        ),
        done=lambda made: f"The key “{made.key.name}” works from now on.",
    )
    return _draw(request, issued=issued) if issued else redirect("admin:api_keys")


@require_POST
@needs(ACCESS_ADMIN)
def revoke_key(request: HttpRequest, *, key_id: int) -> HttpResponse:
    """Let a key work no longer."""
    perform(
        request,
        act=lambda: revoke_api_key(key_id, at=_real_now(), actor=get_actor(request)),
        done=lambda key: f"The key “{key.name}” works no longer.",
    )
    return redirect("admin:api_keys")


def _draw(request: HttpRequest, *, issued: IssuedKey | None) -> HttpResponseBase:
    actor = get_actor(request)
    context = {
        "issued": issued,
        "keys": ApiKey.objects.order_by("-revoked_at", "-pk"),
        "real_now": _real_now(),
        "scopes": [(name, sentence) for name, sentence in PERMISSIONS.items() if actor.may(name)],
    }
    return draw_page(request, template="console/api_keys.html", title="API keys", context=context)


def _read_expiry(text: str) -> datetime | None:
    if not text:
        return None
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError as invalid:
        raise InvalidInput(f"{text} is no date.", field="expires_on") from invalid
    return timezone.make_aware(datetime.combine(day, time.min))
