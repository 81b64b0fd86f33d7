"""What is done to webhooks from their pages: test, send again, switch, replace the secret, remove."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.delivery.operations import keep_webhook_endpoint as keeping
from tallystick.delivery.operations.replay_webhooks import USUAL_STATUSES, Replayed, replay_webhook, replay_webhooks
from tallystick.delivery.operations.write_webhooks import send_test_event
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.pages.showing_once import allow_once
from tallystick.interfaces.counts import write_replayed
from tallystick.plumbing.permissions import WEBHOOKS_ADMIN


def _real_now() -> datetime:
    # Webhooks live in real time, also while the business clock is set.
    return datetime.now(UTC)


@require_POST
@needs(WEBHOOKS_ADMIN)
def test_webhook(request: HttpRequest, *, endpoint_id: int) -> HttpResponse:
    """Send a message that is a test and says so."""
    perform(
        request,
        act=lambda: send_test_event(endpoint_id, at=_real_now(), actor=get_actor(request)),
        done=lambda _: "A test is on its way. Load the page again in a moment to see what came of it.",
    )
    return redirect("admin:webhook", endpoint_id)


@require_POST
@needs(WEBHOOKS_ADMIN)
def switch_webhook(request: HttpRequest, *, endpoint_id: int) -> HttpResponse:
    """On, or off."""
    is_on = request.POST.get("is_enabled") == "1"
    perform(
        request,
        act=lambda: keeping.switch_webhook_endpoint(
            endpoint_id,
            is_enabled=is_on,
            reason=request.POST.get("reason", ""),
            at=_real_now(),
            actor=get_actor(request),
        ),
        done=lambda endpoint: f"{endpoint} is switched {'on' if endpoint.is_enabled else 'off'}.",
    )
    return redirect("admin:webhook", endpoint_id)


@require_POST
@needs(WEBHOOKS_ADMIN)
def rotate_secret(request: HttpRequest, *, endpoint_id: int) -> HttpResponse:
    """A new secret, shown on the page that follows."""
    kept = perform(
        request,
        act=lambda: keeping.rotate_webhook_secret(endpoint_id, at=_real_now(), actor=get_actor(request)),
        done=lambda _: "Messages are signed with the new secret, and for a day with the former one too.",
    )
    if kept:
        allow_once(request, name=f"webhook:{endpoint_id}")
    return redirect("admin:webhook", endpoint_id)


@require_POST
@needs(WEBHOOKS_ADMIN)
def remove_webhook(request: HttpRequest, *, endpoint_id: int) -> HttpResponse:
    """It hears nothing any more."""
    perform(
        request,
        act=lambda: keeping.remove_webhook_endpoint(endpoint_id, at=_real_now(), actor=get_actor(request)),
        done=lambda endpoint: f"{endpoint} hears nothing any more.",
    )
    return redirect("admin:webhooks")


@require_POST
@needs(WEBHOOKS_ADMIN)
def replay_message(request: HttpRequest, *, message_id: str) -> HttpResponse:
    """Send one message again."""
    perform(
        request,
        act=lambda: replay_webhook(message_id, at=_real_now(), actor=get_actor(request)),
        done=lambda _: "It is sent now, under its own id.",
    )
    return redirect("admin:webhook_message", message_id)


@require_POST
@needs(WEBHOOKS_ADMIN)
def replay_stretch(request: HttpRequest, *, endpoint_id: int) -> HttpResponse:
    """Send again what failed or was dropped in the last hours, and now what waits."""
    statuses = [*USUAL_STATUSES, *(["delivered"] if request.POST.get("delivered") else [])]

    def act() -> Replayed:
        hours = request.POST.get("hours", "")
        if not hours.isdecimal() or not 1 <= int(hours[:6]) <= 24 * 365:
            raise InvalidInput("Say how many hours, from 1 to 8760.", field="hours")
        until = _real_now()
        since = until - timedelta(hours=int(hours))
        return replay_webhooks(
            endpoint_id, since=since, until=until, statuses=statuses, at=until, actor=get_actor(request)
        )

    perform(request, act=act, done=write_replayed)
    return redirect("admin:webhook", endpoint_id)
