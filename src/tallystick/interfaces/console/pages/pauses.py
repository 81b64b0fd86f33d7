"""Buttons of a subscription's page: let a service rest or switch it off for a short term, and let it go on."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.errors import InvalidInput
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.reads.calendar import now
from tallystick.journeys.end_pauses import end_pause
from tallystick.plumbing.permissions import RECORDS_READ
from tallystick.subscriptions.operations.pause_service import pause_service


@require_POST
@needs(RECORDS_READ)
def pause(request: HttpRequest, *, subscription_id: int, service_id: int) -> HttpResponse:
    """Let a service rest, or switch it off for a short term."""
    given = request.POST
    perform(
        request,
        act=lambda: pause_service(
            service_id,
            kind=given.get("kind", ""),
            until_on=_read_day(given.get("until_on", "")),
            is_billable=given.get("is_billable") == "1",
            extends_end=given.get("extends_end") == "1",
            reason=given.get("reason", ""),
            at=now(),
            actor=get_actor(request),
        ),
        done=lambda service: f"{service.service.name} pauses from today on.",
    )
    return redirect("admin:subscription", subscription_id)


@require_POST
@needs(RECORDS_READ)
def resume(request: HttpRequest, *, subscription_id: int, service_id: int) -> HttpResponse:
    """Let a paused service go on."""
    perform(
        request,
        act=lambda: end_pause(service_id, reason=request.POST.get("reason", ""), at=now(), actor=get_actor(request)),
        done=lambda goes_on: (
            "It goes on from today." if goes_on else "It stays off: what is due from today can't be paid."
        ),
    )
    return redirect("admin:subscription", subscription_id)


def _read_day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text} is no date.", field="until_on") from None
