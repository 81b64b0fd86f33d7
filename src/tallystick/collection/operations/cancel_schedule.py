"""Cancel a schedule of payment runs: the whole series (ZUO-41)."""

from datetime import datetime

from django.db import transaction

from tallystick.collection.errors import WrongPaymentScheduleState
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.operations.schedule_runs import lock_schedule, set_schedule_status
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE


def cancel_schedule(schedule: PaymentRunSchedule, *, reason: str, at: datetime, actor: Actor) -> PaymentRunSchedule:
    """End an active or paused schedule and cancel what waits of it. A reason is mandatory. Runs it made before stay."""
    actor.require(PAYMENT_RUNS_CREATE)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is canceled; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = lock_schedule(schedule.pk)
        if schedule.status not in ("active", "paused"):
            raise WrongPaymentScheduleState(name=schedule.name, status=schedule.status, event="be canceled")
        waiting = PaymentRun.objects.select_for_update().filter(schedule=schedule, status="pending")
        for run in waiting.filter(queued_at__isnull=True).order_by("pk"):
            advance_run(run, event="cancel", at=at, actor=actor, reason=reason)
        set_schedule_status(schedule, event="cancel", to="canceled", at=at, actor=actor, reason=reason)
    return schedule
