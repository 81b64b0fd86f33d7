"""Change a schedule of bill runs: when, which dates, whom, and what happens by itself (ZUO-1)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import Conflict, InvalidInput, refuse_problems
from tallystick.invoicing.core.filters import settle_filters
from tallystick.invoicing.core.schedule import find_next_run_day
from tallystick.invoicing.errors import ScheduleInvalid, WrongScheduleState
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.invoicing.operations.create_schedule import (
    NewSchedule,
    find_schedule_problems,
    is_name_taken,
    terms_of,
)
from tallystick.invoicing.operations.insert_run import require_near
from tallystick.invoicing.operations.record_events import advance_run
from tallystick.invoicing.operations.schedule_runs import (
    compute_run_dates,
    compute_run_filters,
    find_waiting_run,
    lock_schedule,
    options_of,
    plan_next_run,
    recurrence_of,
    set_schedule_status,
    starts_at,
)
from tallystick.invoicing.operations.start_bill_run import settle_run_options
from tallystick.invoicing.queries.known_filters import require_known_filters
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_EDIT
from tallystick.sellers.models import Seller


def change_schedule(
    schedule: BillRunSchedule, *, new: NewSchedule, reason: str, at: datetime, actor: Actor
) -> BillRunSchedule:
    """Give an active or paused schedule other terms from now on; its waiting run follows, under its number.

    Runs that it made before stay as they are, and no day that one of them stands for comes again. A reason is
    mandatory. Refuses what making such a schedule refuses.
    """
    actor.require(BILL_RUNS_EDIT)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is changed; the reason stays in its history.", field="reason")
    refuse_problems(ScheduleInvalid, find_schedule_problems(new))
    filters = settle_filters(new.filters)
    require_known_filters(schedule.seller_id, filters=filters)
    with transaction.atomic():
        seller = Seller.objects.select_for_update(no_key=True).get(pk=schedule.seller_id)
        schedule = lock_schedule(schedule.pk)
        if schedule.status not in ("active", "paused"):
            raise WrongScheduleState(name=schedule.name, status=schedule.status, event="change")
        if is_name_taken(seller.pk, name=new.name, besides=schedule.pk):
            raise Conflict(f"There is a schedule {new.name!r} already.", field="name")
        settled = settle_run_options(seller, options=new.options, actor=actor)
        for name, value in terms_of(new, filters=filters, options=settled).items():
            setattr(schedule, name, value)
        run = find_waiting_run(schedule)
        run_on = _find_day(schedule, run, at)
        require_near(compute_run_dates(schedule, run_on=run_on), of=run_on)
        schedule.save()
        set_schedule_status(schedule, event="change", to=schedule.status, at=at, actor=actor, reason=reason)
        if run is None:
            plan_next_run(schedule, after=date.fromordinal(run_on.toordinal() - 1), at=at, actor=actor)
        else:
            _move(schedule, run, run_on, at, actor, reason)
    return schedule


def _find_day(schedule: BillRunSchedule, run: BillRun | None, at: datetime) -> date:
    """The first day ahead that no other run of the schedule stands for."""
    others = BillRun.objects.filter(schedule=schedule, occurrence_on__isnull=False)
    stood_for = set(others.exclude(pk=run.pk if run else 0).values_list("occurrence_on", flat=True))
    today = at.astimezone(ZoneInfo(schedule.seller.time_zone)).date()
    day = find_next_run_day(recurrence_of(schedule), after=date.fromordinal(today.toordinal() - 1))
    while day is not None and (day in stood_for or starts_at(schedule, run_on=day) < at):
        day = find_next_run_day(recurrence_of(schedule), after=day)
    if day is None:
        raise ScheduleInvalid(problems="no day on which it would run lies ahead", field="starts_on")
    return day


def _move(schedule: BillRunSchedule, run: BillRun, run_on: date, at: datetime, actor: Actor, reason: str) -> None:
    run.occurrence_on, run.starts_at = run_on, starts_at(schedule, run_on=run_on)
    run.target_on, run.invoice_on = compute_run_dates(schedule, run_on=run_on)
    run.filters = compute_run_filters(schedule, run_on=run_on)
    options = {**options_of(schedule)._asdict(), "excluded_kinds": list(schedule.excluded_kinds)}
    for name, value in options.items():
        setattr(run, name, value)
    moved = ("occurrence_on", "starts_at", "target_on", "invoice_on", "filters", *options)
    run.save(update_fields=moved)
    advance_run(run, event="change", at=at, actor=actor, reason=reason)
