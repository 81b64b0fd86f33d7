"""Reads of schedules: the list, what lies ahead, what is due, and how long a seller has billed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Case, Min, When

from tallystick.errors import NotFound
from tallystick.invoicing.core.filters import RunFilters
from tallystick.invoicing.core.schedule import DateRule, Recurrence, compute_rule_date, list_run_days
from tallystick.invoicing.models import BillRun, BillRunChunk, BillRunSchedule, BillRunScheduleEvent, Document


class PlannedRun(NamedTuple):
    """A day on which a schedule will run, and the dates that its run will carry."""

    run_on: date
    target_on: date
    invoice_on: date


def get_schedule(schedule_id: int) -> BillRunSchedule:
    """A schedule by its id; raises NotFound."""
    schedule = BillRunSchedule.objects.select_related("seller").filter(pk=schedule_id).first()
    if schedule is None:
        raise NotFound(f"There is no schedule {schedule_id}.", field="schedule_id")
    return schedule


def get_schedule_by_name(name: str, *, seller_code: str = "") -> BillRunSchedule:
    """A schedule by its name, of one seller where several have it, a canceled one last; raises NotFound."""
    named = BillRunSchedule.objects.select_related("seller").filter(name=name)
    schedule = (
        (named.filter(seller__code=seller_code) if seller_code else named)
        .order_by(Case(When(status="canceled", then=1), default=0), "seller__code", "-pk")
        .first()
    )
    if schedule is None:
        raise NotFound(f"There is no schedule {name!r}; `bill-run schedule list` names them.", field="schedule")
    return schedule


def list_schedules(
    *, seller_id: int | None = None, status: str | None = None, after_id: int = 0, limit: int = 100
) -> Sequence[BillRunSchedule]:
    """Schedules in the order of their creation, from the one after `after_id`."""
    schedules = BillRunSchedule.objects.select_related("seller").filter(pk__gt=after_id)
    if seller_id is not None:
        schedules = schedules.filter(seller_id=seller_id)
    if status is not None:
        schedules = schedules.filter(status=status)
    return list(schedules.order_by("pk")[:limit])


def list_schedule_events(schedule_id: int) -> Sequence[BillRunScheduleEvent]:
    """What happened to a schedule, oldest first."""
    return list(BillRunScheduleEvent.objects.filter(schedule_id=schedule_id).order_by("pk"))


def list_schedule_runs(schedule_id: int, *, limit: int = 12) -> Sequence[BillRun]:
    """The runs that a schedule made, newest first, with the one that waits."""
    return list(BillRun.objects.filter(schedule_id=schedule_id).order_by("-pk")[:limit])


def find_next_run(schedule_id: int) -> BillRun | None:
    """The occurrence that waits for its day, or is paused."""
    waiting = BillRun.objects.filter(schedule_id=schedule_id, status__in=["pending", "paused"])
    return waiting.filter(queued_at__isnull=True).first()


def list_planned_runs(schedule: BillRunSchedule, *, limit: int = 6) -> list[PlannedRun]:
    """The next days of an active schedule with their dates, the waiting run first; none for any other."""
    waiting = find_next_run(schedule.pk)
    if schedule.status != "active" or waiting is None or waiting.occurrence_on is None:
        return []
    recurrence = Recurrence(
        schedule.frequency, schedule.starts_on, schedule.ends_until, schedule.weekday, schedule.month_day
    )
    target = DateRule(schedule.target_days, schedule.target_months, schedule.target_month_day)
    invoice = DateRule(schedule.invoice_days, schedule.invoice_months, schedule.invoice_month_day)
    following = list_run_days(recurrence, after=waiting.occurrence_on, limit=limit - 1)
    days = [waiting.occurrence_on, *following]
    return [
        PlannedRun(day, compute_rule_date(target, run_on=day), compute_rule_date(invoice, run_on=day)) for day in days
    ]


def find_next_run_start() -> datetime | None:
    """The instant at which the next waiting run begins; in the past for one that was missed."""
    waiting = BillRun.objects.filter(status="pending", queued_at__isnull=True, starts_at__isnull=False)
    first: datetime | None = waiting.aggregate(first=Min("starts_at"))["first"]
    return first


def list_chunk_positions(run_id: int, *, status: str) -> list[int]:
    """The chunks of a run in a state, in order."""
    chunks = BillRunChunk.objects.filter(run_id=run_id, status=status)
    return list(chunks.order_by("position").values_list("position", flat=True))


def find_first_posting_day(seller_id: int) -> date | None:
    """The invoice date of the first document that a seller posted: since when it has billed."""
    posted = Document.objects.filter(seller_id=seller_id, status__in=["posted", "voided"])
    first: date | None = posted.aggregate(first=Min("invoice_on"))["first"]
    return first


def describe_filters(schedule: BillRunSchedule) -> str:
    """Whom it bills, in one line for people."""
    words = RunFilters.from_json(schedule.filters).in_words()
    return f"{words}; anchor day same as run day" if schedule.takes_run_day_anchors else words


def list_runs_at_work() -> list[int]:
    """Scheduled runs that were started and are being drafted or posted, in the order of their beginning."""
    started = BillRun.objects.filter(schedule__isnull=False, queued_at__isnull=False)
    at_work = started.filter(status__in=["pending", "running", "posting"])
    return list(at_work.order_by("starts_at", "pk").values_list("pk", flat=True))
