"""Reads of schedules of payment runs: the list, what lies ahead, what is due."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Min, QuerySet

from tallystick.collection.core.item_lifecycle import DUE
from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.collection.core.schedule import AFTER_RUN, AFTER_SCHEDULE
from tallystick.collection.models import PaymentRun, PaymentRunItem, PaymentRunSchedule, PaymentRunScheduleEvent
from tallystick.errors import NotFound
from tallystick.invoicing.core.schedule import Recurrence, list_run_days

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVERY = {"once": "once", "daily": "every day", "weekly": "every week", "monthly": "every month"}
LAST_DAY = 31
EARLIER = "earlier ones that may be tried again"


class PlannedRun(NamedTuple):
    """A day on which a schedule will run; without one it waits for a posting. `waits_for` names the bill run."""

    run_on: date | None
    starts_at: datetime | None
    waits_for: str


def get_schedule(schedule_id: int) -> PaymentRunSchedule:
    """A schedule by its id; raises NotFound."""
    schedule = _list_all().filter(pk=schedule_id).first()
    if schedule is None:
        raise NotFound(f"There is no schedule {schedule_id}.", field="schedule_id")
    return schedule


def get_schedule_by_name(name: str, *, seller_code: str = "") -> PaymentRunSchedule:
    """A schedule by its name, of one seller where several have it; raises NotFound."""
    named = _list_all().filter(name=name)
    schedule = (named.filter(seller__code=seller_code) if seller_code else named).order_by("seller__code").first()
    if schedule is None:
        raise NotFound(f"There is no schedule {name!r}; `payment-run schedule list` names them.", field="schedule")
    return schedule


def list_schedules(
    *, seller_id: int | None = None, status: str | None = None, after_id: int = 0, limit: int = 100
) -> Sequence[PaymentRunSchedule]:
    """Schedules in the order of their creation, from the one after `after_id`."""
    schedules = _list_all().filter(pk__gt=after_id)
    if seller_id is not None:
        schedules = schedules.filter(seller_id=seller_id)
    if status is not None:
        schedules = schedules.filter(status=status)
    return list(schedules.order_by("pk")[:limit])


def list_schedule_events(schedule_id: int) -> Sequence[PaymentRunScheduleEvent]:
    """What happened to a schedule, oldest first."""
    return list(PaymentRunScheduleEvent.objects.filter(schedule_id=schedule_id).order_by("pk"))


def list_schedule_runs(schedule_id: int, *, limit: int = 12) -> Sequence[PaymentRun]:
    """The runs that a schedule made, newest first, with those that wait."""
    runs = PaymentRun.objects.select_related("seller", "bill_run").filter(schedule_id=schedule_id)
    return list(runs.order_by("-pk")[:limit])


def list_waiting_runs(schedule_id: int) -> Sequence[PaymentRun]:
    """The occurrences that wait: for their day, or for postings, in order."""
    waiting = PaymentRun.objects.select_related("bill_run").filter(schedule_id=schedule_id, status="pending")
    return list(waiting.filter(queued_at__isnull=True).order_by("starts_at", "pk"))


def list_planned_runs(schedule: PaymentRunSchedule, *, limit: int = 6) -> list[PlannedRun]:
    """What lies ahead of an active schedule, the waiting runs first; none for any other."""
    waiting = list_waiting_runs(schedule.pk) if schedule.status == "active" else []
    planned = [
        PlannedRun(run.occurrence_on, run.starts_at, run.bill_run.number if run.bill_run and run.after_hours else "")
        for run in waiting[:limit]
    ]
    if not waiting or schedule.frequency in (AFTER_RUN, AFTER_SCHEDULE):
        return planned
    recurrence = Recurrence(
        schedule.frequency, schedule.starts_on, schedule.ends_until, schedule.weekday, schedule.month_day
    )
    following = list_run_days(recurrence, after=waiting[-1].occurrence_on, limit=limit - len(planned))
    return [*planned, *(PlannedRun(day, None, "") for day in following)]


def describe_timing(schedule: PaymentRunSchedule) -> str:
    """When it runs, in words: "every month, last day, at 11:00", "3 hours after BR-000001 is posted"."""
    if schedule.after_hours is not None:
        named = f"each run of {schedule.bill_run_schedule}" if schedule.bill_run_schedule else str(schedule.bill_run)
        hours = "1 hour" if schedule.after_hours == 1 else f"{schedule.after_hours} hours"
        return f"{hours} after {named} is posted"
    day = ""
    if schedule.weekday is not None:
        day = f", {WEEKDAYS[schedule.weekday - 1]}"
    elif schedule.month_day is not None:
        day = ", last day" if schedule.month_day == LAST_DAY else f", day {schedule.month_day}"
    elif schedule.frequency == "once":
        day = f", {schedule.starts_on}"
    return f"{EVERY[schedule.frequency]}{day}, at {schedule.run_time:%H:%M}"


def describe_choices(terms: PaymentRunSchedule | PaymentRun) -> str:
    """Whom it collects from and how, in one line for people."""
    words = (
        CollectionFilters.from_json(terms.filters).in_words(),
        describe_reach(terms),
        terms.get_options().in_words(),
    )
    return "; ".join(each for each in words if each)


def describe_reach(terms: PaymentRunSchedule | PaymentRun) -> str:
    """Of one that has to do with a bill run: whether it takes that one's invoices alone; "" for any other."""
    if terms.bill_run is None and terms.after_hours is None:
        return ""
    named = terms.bill_run.number if terms.bill_run else "each run"
    return f"only invoices of {named}" if terms.only_bill_run else f"invoices of {named}, and {EARLIER}"


def find_next_run_start() -> datetime | None:
    """The instant at which the next waiting run begins; in the past for one that was missed."""
    waiting = PaymentRun.objects.filter(status="pending", queued_at__isnull=True, starts_at__isnull=False)
    waiting = waiting.exclude(schedule__status="paused")
    first: datetime | None = waiting.aggregate(first=Min("starts_at"))["first"]
    return first


def list_runs_at_work() -> list[int]:
    """Runs of schedules that were started and have something to do, in the order of their beginning."""
    started = PaymentRun.objects.filter(schedule__isnull=False, queued_at__isnull=False)
    due = PaymentRunItem.objects.filter(status=DUE).values("run")
    pending, running = started.filter(status="pending"), started.filter(status="running", pk__in=due)
    return list((pending | running).order_by("starts_at", "pk").values_list("pk", flat=True))


def list_due_positions(run_id: int) -> list[int]:
    """The chunks of a run in which something is due still."""
    items = PaymentRunItem.objects.filter(run_id=run_id, status=DUE)
    return sorted(set(items.values_list("chunk_position", flat=True)))


def _list_all() -> QuerySet[PaymentRunSchedule]:
    return PaymentRunSchedule.objects.select_related("seller", "bill_run", "bill_run_schedule")
