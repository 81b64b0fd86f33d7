"""Cancel a schedule: the whole series (ZUO-11)."""

from datetime import datetime

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.errors import WrongScheduleState
from tallystick.invoicing.models import BillRunSchedule
from tallystick.invoicing.operations.record_events import advance_run
from tallystick.invoicing.operations.schedule_runs import find_waiting_run, lock_schedule, set_schedule_status
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT


def cancel_schedule(schedule: BillRunSchedule, *, reason: str, at: datetime, actor: Actor) -> BillRunSchedule:
    """End an active or paused schedule and cancel its waiting run. A reason is mandatory. Runs it made before stay."""
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is canceled; the reason stays in its history.", field="reason")
    with transaction.atomic():
        schedule = lock_schedule(schedule.pk)
        if schedule.status not in ("active", "paused"):
            raise WrongScheduleState(name=schedule.name, status=schedule.status, event="cancel")
        run = find_waiting_run(schedule)
        if run is not None:
            advance_run(run, event="cancel", at=at, actor=actor, reason=reason)
            advance_run(run, event="finish_cancel", at=at, actor=actor)
        set_schedule_status(schedule, event="cancel", to="canceled", at=at, actor=actor, reason=reason)
    return schedule
