"""Stop a subscription at the end of its period, and take a cancellation back before its day (DEM-50)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.reads.calendar import now
from tallystick.journeys.stop_and_resume import cancel_at_period_end, resume_subscription
from tallystick.plumbing.permissions import RECORDS_READ


@require_POST
@needs(RECORDS_READ)
def stop(request: HttpRequest, *, subscription_id: int) -> HttpResponse:
    """Let it end with the period that was billed last."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: cancel_at_period_end(subscription_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda _: "It ends with the period that was billed last.",
    )
    return redirect("admin:subscription", subscription_id)


@require_POST
@needs(RECORDS_READ)
def resume(request: HttpRequest, *, subscription_id: int) -> HttpResponse:
    """Take the cancellation back."""
    reason = request.POST.get("reason", "")
    perform(
        request,
        act=lambda: resume_subscription(subscription_id, reason=reason, at=now(), actor=get_actor(request)),
        done=lambda _: "The cancellation is taken back; it goes on.",
    )
    return redirect("admin:subscription", subscription_id)
