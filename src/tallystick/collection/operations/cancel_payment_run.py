"""Cancel a payment run that has not begun; or end one whose job could not begin."""

from datetime import datetime

from django.db import transaction

from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.operations.schedule_runs import lock_schedule, plan_next_run
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE


def cancel_payment_run(run: PaymentRun, *, reason: str, at: datetime, actor: Actor) -> PaymentRun:
    """Cancel a pending run (ZUO-41). A reason is mandatory; a run that has begun is refused.

    Of a schedule this is the one occurrence: where it still waited, the next one is written down.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    if not reason.strip():
        raise InvalidInput("Say why the run is canceled; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = lock_schedule(run.schedule_id) if run.schedule_id else None
        run = PaymentRun.objects.select_for_update().get(pk=run.pk)
        was_waiting = run.queued_at is None
        advance_run(run, event="cancel", at=at, actor=actor, reason=reason)
        if schedule is not None and schedule.status == "active" and was_waiting:
            plan_next_run(schedule, after=run.occurrence_on, at=at, actor=actor)
    return run


def give_up_run(run_id: int, *, reason: str, at: datetime, actor: Actor) -> None:
    """After the last try of its first job: a run that has not begun is failed with the reason."""
    with transaction.atomic():
        run = PaymentRun.objects.select_for_update().get(pk=run_id)
        if run.status == "pending":
            advance_run(run, event="fail", at=at, actor=actor, reason=reason)
