"""What is done with a payment run that waits, is over, or is followed up: change, delete, deliver."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.change_payment_run import RunChange, change_payment_run
from tallystick.collection.operations.delete_payment_run import delete_payment_run
from tallystick.collection.queries.runs import get_payment_run_by_id
from tallystick.delivery.core.selection import Queued
from tallystick.errors import InvalidInput
from tallystick.interfaces.console.acting import get_actor, perform
from tallystick.interfaces.console.chrome import needs
from tallystick.interfaces.console.formats import write_count
from tallystick.interfaces.console.reads.calendar import now
from tallystick.journeys.deliver_payment_run import deliver_payment_run
from tallystick.plumbing.permissions import RECORDS_READ


@require_POST
@needs(RECORDS_READ)
def change(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Let a waiting run begin at another time."""
    run = get_payment_run_by_id(run_id)
    perform(
        request,
        act=lambda: change_payment_run(run, change=_read_change(request, run), at=now(), actor=get_actor(request)),
        done=lambda changed: f"Payment run {changed.number} is changed.",
    )
    return redirect("admin:payment_run", run_id)


@require_POST
@needs(RECORDS_READ)
def delete(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Delete a run that took nothing."""
    reason = request.POST.get("reason", "")
    gone = perform(
        request,
        act=lambda: delete_payment_run(
            get_payment_run_by_id(run_id), reason=reason, at=now(), actor=get_actor(request)
        ),
        done=lambda trace: f"Payment run {trace.number} is gone.",
    )
    return redirect("admin:payment_runs") if gone else redirect("admin:payment_run", run_id)


@require_POST
@needs(RECORDS_READ)
def deliver(request: HttpRequest, *, run_id: int) -> HttpResponse:
    """Mail or e-mail what was not delivered yet."""
    channel = request.POST.get("channel", "")
    perform(
        request,
        act=lambda: deliver_payment_run(
            run_id, channels=(channel,) if channel else (), at=now(), actor=get_actor(request)
        ),
        done=_write_queued,
    )
    return redirect("admin:payment_run", run_id)


def _read_change(request: HttpRequest, run: PaymentRun) -> RunChange:
    hours = request.POST.get("after_hours", "")
    if hours.isdecimal():
        is_only = request.POST.get("only_bill_run") == "1"
        return RunChange(after_hours=int(hours), options=run.get_options()._replace(only_bill_run=is_only))
    text = f"{request.POST.get('on', '')}T{request.POST.get('hour', '0').zfill(2)}"
    try:
        return RunChange(starts_at=datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(run.seller.time_zone)))
    except ValueError:
        raise InvalidInput("Give a day and an hour.", field="on") from None


def _write_queued(queued: Queued) -> str:
    return f"{write_count(queued.emails, noun='e-mail')} on the way, {queued.prints:,} to print."
