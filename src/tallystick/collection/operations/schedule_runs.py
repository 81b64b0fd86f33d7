"""A schedule's waiting run: the next occurrence, or one for each bill run that is still to be posted."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.collection.core.schedule import AFTER_RUN, AFTER_SCHEDULE
from tallystick.collection.models import PaymentRun, PaymentRunSchedule, PaymentRunScheduleEvent
from tallystick.collection.operations.insert_run import Waiting, insert_run
from tallystick.invoicing.core.schedule import Recurrence, find_next_run_day
from tallystick.invoicing.models import BillRun
from tallystick.plumbing.actor import Actor

#: What a bill run is when no posting of it lies ahead.
OVER = ("canceling", "canceled", "failed")


def recurrence_of(schedule: PaymentRunSchedule) -> Recurrence:
    """On which days it runs."""
    return Recurrence(schedule.frequency, schedule.starts_on, schedule.ends_until, schedule.weekday, schedule.month_day)


def starts_at(schedule: PaymentRunSchedule, *, run_on: date) -> datetime:
    """The instant at which a run of that day begins."""
    return datetime.combine(run_on, schedule.run_time, ZoneInfo(schedule.seller.time_zone))


def plan_next_run(schedule: PaymentRunSchedule, *, after: date | None, at: datetime, actor: Actor) -> PaymentRun | None:
    """Write the next occurrence down as a waiting run; without one the schedule is finished.

    Of a schedule that waits for postings: a run for each bill run that has none yet. Runs in the caller's transaction,
    under the schedule's lock.
    """
    if schedule.frequency == AFTER_SCHEDULE:
        return _plan_after_bill_runs(schedule, at, actor)
    if schedule.frequency == AFTER_RUN and schedule.bill_run and not schedule.planned_through:
        return _insert_after(schedule, schedule.bill_run, at, actor)
    run_on = None if schedule.frequency == AFTER_RUN else find_next_run_day(recurrence_of(schedule), after=after)
    if run_on is None:
        set_schedule_status(schedule, event="finish", to="finished", at=at, actor=actor, reason="there is no next run")
        return None
    waiting = Waiting(schedule, run_on, starts_at(schedule, run_on=run_on))
    return _insert(schedule, run_on, schedule.bill_run, waiting, at, actor)


def _plan_after_bill_runs(schedule: PaymentRunSchedule, at: datetime, actor: Actor) -> PaymentRun | None:
    """Bill runs that were posted before the schedule was made are not its own."""
    bill_runs = BillRun.objects.filter(schedule_id=schedule.bill_run_schedule_id).exclude(status__in=OVER)
    bill_runs = bill_runs.filter(Q(posted_at__isnull=True) | Q(posted_at__gte=schedule.created_at))
    planned = [
        _insert_after(schedule, bill_run, at, actor)
        for bill_run in bill_runs.filter(pk__gt=schedule.planned_through).order_by("pk")
    ]
    return planned[0] if planned else None


def _insert_after(schedule: PaymentRunSchedule, bill_run: BillRun, at: datetime, actor: Actor) -> PaymentRun:
    # its day is not known before the posting; until then it carries the day that the invoices will
    schedule.planned_through = bill_run.pk
    schedule.save(update_fields=["planned_through"])
    waiting = Waiting(schedule, after_hours=schedule.after_hours)
    return _insert(schedule, bill_run.invoice_on, bill_run, waiting, at, actor)


def _insert(
    schedule: PaymentRunSchedule, run_on: date, bill_run: BillRun | None, waiting: Waiting, at: datetime, actor: Actor
) -> PaymentRun:
    return insert_run(
        schedule.seller,
        target_on=run_on + timedelta(days=schedule.target_days),
        run_on=run_on,
        filters=CollectionFilters.from_json(schedule.filters),
        options=schedule.get_options(),
        bill_run=bill_run,
        created_by=schedule.created_by,
        at=at,
        actor=actor,
        waiting=waiting,
    )


def set_schedule_status(
    schedule: PaymentRunSchedule, *, event: str, to: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Move a schedule locked by the caller and append what happened."""
    before, schedule.status = schedule.status, to
    schedule.save(update_fields=["status"])
    PaymentRunScheduleEvent.objects.create(
        schedule=schedule,
        event=event,
        from_status=before if event != "create" else "",
        to_status=to,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason[:300],
    )


def lock_schedule(schedule_id: int) -> PaymentRunSchedule:
    """The schedule's row, locked: what keeps two looks from making the same occurrence twice."""
    schedules = PaymentRunSchedule.objects.select_for_update(of=("self",)).select_related("seller", "bill_run")
    return schedules.get(pk=schedule_id)
