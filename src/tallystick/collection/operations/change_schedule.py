"""Change a schedule of payment runs: its name, when it runs, whom it collects from and how. Runs that wait follow."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions, settle_only_bill_run
from tallystick.collection.core.schedule import AFTER_RUN, AfterPosting, cut_to_hour, find_timing_problems
from tallystick.collection.errors import PaymentScheduleInvalid, WrongPaymentScheduleState
from tallystick.collection.models import PaymentRun, PaymentRunSchedule
from tallystick.collection.operations.change_payment_run import record_run_change
from tallystick.collection.operations.pause_schedule import move_on
from tallystick.collection.operations.schedule_runs import (
    lock_schedule,
    recurrence_of,
    set_schedule_status,
    starts_at,
)
from tallystick.collection.operations.start_payment_run import require_choices
from tallystick.collection.queries.schedules import describe_reach
from tallystick.errors import Conflict, InvalidInput, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller


class ScheduleChange(NamedTuple):
    """What becomes new; what is None stays. `run_time` is for schedules of days, `after_hours` for those that wait for
    a posting. On which days it runs, or for what it waits, stays: for others another schedule is made."""

    name: str | None = None
    run_time: time | None = None
    after_hours: int | None = None
    target_days: int | None = None
    filters: CollectionFilters | None = None
    options: CollectOptions | None = None


def change_schedule(
    schedule: PaymentRunSchedule, *, change: ScheduleChange, reason: str, at: datetime, actor: Actor
) -> PaymentRunSchedule:
    """Give an active or paused schedule other terms from now on; runs that wait follow in what is new, runs that have
    begun stay as they are. A time that has passed today is the next day's. A reason is mandatory.

    Refuses what making such a schedule refuses, a change of nothing, and one that is over (WrongPaymentScheduleState).
    """
    actor.require(PAYMENT_RUNS_CREATE)
    if not reason.strip():
        raise InvalidInput("Say why the schedule is changed; the reason stays in its history.", field="reason")
    with transaction.atomic():
        seller = Seller.objects.select_for_update(no_key=True).get(pk=schedule.seller_id)
        schedule = lock_schedule(schedule.pk)
        if schedule.status not in ("active", "paused"):
            raise WrongPaymentScheduleState(name=schedule.name, status=schedule.status, event="be changed")
        told = _apply(schedule, change)
        if not told:
            raise InvalidInput("Nothing of it would change.", field="name")
        taken = PaymentRunSchedule.objects.filter(seller=seller, name=schedule.name).exclude(pk=schedule.pk)
        if taken.exists():
            raise Conflict(f"There is a schedule {schedule.name!r} already.", field="name")
        filters = CollectionFilters.from_json(schedule.filters)
        require_choices(seller, filters=filters, options=schedule.get_options(), bill_run=schedule.bill_run)
        schedule.save()
        words = f"{reason.strip()} ({'; '.join(told)})"
        set_schedule_status(schedule, event="change", to=schedule.status, at=at, actor=actor, reason=words)
        waiting = PaymentRun.objects.select_for_update(of=("self",)).select_related("seller", "bill_run")
        for run in waiting.filter(schedule=schedule, status="pending", queued_at__isnull=True).order_by("pk"):
            _follow(schedule, run, change, at, actor)
    return schedule


def _apply(schedule: PaymentRunSchedule, change: ScheduleChange) -> list[str]:
    """Put the new terms on the schedule and say in words what is new; refuses what can't be."""
    waits = schedule.after_hours is not None
    if waits and change.run_time is not None:
        raise InvalidInput("It waits for a posting; change its hours instead.", field="run_time")
    if not waits and change.after_hours is not None:
        raise InvalidInput("It runs at a time of the day; change that instead.", field="after_hours")
    options = change.options
    if options is not None:
        names_bill_run = schedule.bill_run_id is not None
        options = settle_only_bill_run(options, names_bill_run=names_bill_run, waits=waits)
    wanted = {
        "name": change.name,
        "run_time": None if change.run_time is None else cut_to_hour(change.run_time),
        "after_hours": change.after_hours,
        "target_days": change.target_days,
        "filters": None if change.filters is None else change.filters.as_json(),
        **({} if options is None else options._asdict()),
    }
    told = []
    for name, value in wanted.items():
        if value is not None and value != getattr(schedule, name):
            setattr(schedule, name, value)
            told.append(_WORDS[name](schedule))
    _require_good_timing(schedule)
    return [each for each in dict.fromkeys(told) if each]


_WORDS: dict[str, Callable[[PaymentRunSchedule], str]] = {
    "name": lambda schedule: f"now {schedule.name}",
    "run_time": lambda schedule: f"at {schedule.run_time:%H:%M}",
    "after_hours": lambda schedule: f"{schedule.after_hours} hours after the posting",
    "target_days": lambda schedule: f"due up to {schedule.target_days} days after the run",
    "filters": lambda schedule: CollectionFilters.from_json(schedule.filters).in_words() or "for all accounts",
    **dict.fromkeys(CollectOptions._fields, lambda schedule: schedule.get_options().in_words() or "charged as usual"),
    "only_bill_run": describe_reach,
}


def _require_good_timing(schedule: PaymentRunSchedule) -> None:
    after = None
    if schedule.after_hours is not None:
        is_one = schedule.frequency == AFTER_RUN
        one, each = (schedule.bill_run_id, None) if is_one else (None, schedule.bill_run_schedule_id)
        after = AfterPosting(schedule.after_hours, one, each)
    problems = find_timing_problems(
        schedule.name,
        recurrence=None if after else recurrence_of(schedule),
        after=after,
        target_days=schedule.target_days,
        applies_credits=schedule.applies_credits,
    )
    refuse_problems(PaymentScheduleInvalid, list(problems))


def _follow(schedule: PaymentRunSchedule, run: PaymentRun, change: ScheduleChange, at: datetime, actor: Actor) -> None:
    """What is new of the schedule is new of a run that waits; what was changed of this run alone stays else."""
    if change.filters is not None:
        run.filters = change.filters.as_json()
    if change.options is not None:
        run.set_options(change.options, names_bill_run=run.bill_run_id is not None)
    if change.target_days is not None:
        run.target_on = run.run_on + timedelta(days=schedule.target_days)
    if change.after_hours is not None and run.after_hours is not None:
        run.after_hours, run.starts_at = schedule.after_hours, None  # told anew from the posting
    if change.run_time is not None and run.occurrence_on is not None:
        run.starts_at = starts_at(schedule, run_on=run.run_on)
    run.save()
    is_past = change.run_time is not None and run.starts_at is not None and run.starts_at < at
    if is_past and run.occurrence_on is not None:
        move_on(schedule, run=run, was_on=run.occurrence_on, at=at, actor=actor)
    if run.status == "pending" and change._replace(name=None) != ScheduleChange():
        record_run_change(run, at=at, actor=actor)
