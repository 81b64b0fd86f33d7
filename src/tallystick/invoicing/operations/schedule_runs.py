"""A schedule's waiting run: the next occurrence, which carries the dates that the schedule's rules give it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from tallystick.invoicing.core.run_options import SettledOptions
from tallystick.invoicing.core.schedule import DateRule, Recurrence, compute_rule_date, find_next_run_day
from tallystick.invoicing.core.schedule import list_run_day_anchors as list_anchors
from tallystick.invoicing.models import BillRun, BillRunSchedule, BillRunScheduleEvent
from tallystick.invoicing.operations.insert_run import Occurrence, RunDates, Runner, insert_run
from tallystick.plumbing.actor import Actor


def recurrence_of(schedule: BillRunSchedule) -> Recurrence:
    """On which days it runs."""
    return Recurrence(schedule.frequency, schedule.starts_on, schedule.ends_until, schedule.weekday, schedule.month_day)


def compute_run_dates(schedule: BillRunSchedule, *, run_on: date) -> RunDates:
    """The dates of a run of that day (ZUO-3)."""
    target = DateRule(schedule.target_days, schedule.target_months, schedule.target_month_day)
    invoice = DateRule(schedule.invoice_days, schedule.invoice_months, schedule.invoice_month_day)
    return RunDates(compute_rule_date(target, run_on=run_on), compute_rule_date(invoice, run_on=run_on))


def compute_run_filters(schedule: BillRunSchedule, *, run_on: date) -> dict[str, list[object]]:
    """The filters of a run of that day; "same as run day" becomes the days that it means (ZUO-5)."""
    filters = dict(schedule.filters)
    if schedule.takes_run_day_anchors:
        filters["anchor_days"] = list(list_anchors(run_on))
    return filters


def starts_at(schedule: BillRunSchedule, *, run_on: date) -> datetime:
    """The instant at which a run of that day begins."""
    return datetime.combine(run_on, schedule.run_time, ZoneInfo(schedule.seller.time_zone))


def options_of(schedule: BillRunSchedule) -> SettledOptions:
    """What its runs are asked for."""
    return SettledOptions(
        tuple(schedule.excluded_kinds),
        schedule.renews_terms,
        schedule.failure_rule,
        schedule.auto_posts,
        schedule.auto_emails,
        schedule.mails_zero,
    )


def runner_of_schedule(schedule: BillRunSchedule) -> Runner:
    """Who made it hears of its runs."""
    return Runner(schedule.runner_kind, schedule.runner_id, schedule.created_by)


def plan_next_run(schedule: BillRunSchedule, *, after: date | None, at: datetime, actor: Actor) -> BillRun | None:
    """Write the next occurrence down as a waiting run; without one the schedule is finished.

    Runs in the caller's transaction, under the schedule's lock.
    """
    run_on = find_next_run_day(recurrence_of(schedule), after=after)
    if run_on is None:
        set_schedule_status(schedule, event="finish", to="finished", at=at, actor=actor, reason="there is no next day")
        return None
    return insert_run(
        schedule.seller,
        dates=compute_run_dates(schedule, run_on=run_on),
        filters=compute_run_filters(schedule, run_on=run_on),
        options=options_of(schedule),
        runner=runner_of_schedule(schedule),
        at=at,
        actor=actor,
        occurrence=Occurrence(schedule, run_on, starts_at(schedule, run_on=run_on)),
    )


def set_schedule_status(
    schedule: BillRunSchedule, *, event: str, to: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Move a schedule locked by the caller and append what happened."""
    before, schedule.status = schedule.status, to
    schedule.save(update_fields=["status"])
    BillRunScheduleEvent.objects.create(
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


def find_waiting_run(schedule: BillRunSchedule) -> BillRun | None:
    """The occurrence that waits for its day, or is paused; locked."""
    waiting = BillRun.objects.select_for_update(of=("self",)).select_related("seller")
    return waiting.filter(schedule=schedule, status__in=["pending", "paused"], queued_at__isnull=True).first()


def lock_schedule(schedule_id: int) -> BillRunSchedule:
    """The schedule's row, locked: what keeps two looks from making the same occurrence twice."""
    return BillRunSchedule.objects.select_for_update(of=("self",)).select_related("seller").get(pk=schedule_id)
