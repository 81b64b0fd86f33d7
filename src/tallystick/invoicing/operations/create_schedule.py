"""Make a schedule of bill runs, with its first waiting run."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import Conflict, Problem, refuse_problems
from tallystick.invoicing.core.filters import RunFilters, settle_filters
from tallystick.invoicing.core.run_options import RunOptions, SettledOptions
from tallystick.invoicing.core.schedule import (
    RUN_DAY,
    DateRule,
    Recurrence,
    find_date_rule_problems,
    find_next_run_day,
    find_recurrence_problems,
)
from tallystick.invoicing.errors import ScheduleInvalid
from tallystick.invoicing.models import BillRunSchedule
from tallystick.invoicing.operations.insert_run import require_near
from tallystick.invoicing.operations.schedule_runs import (
    compute_run_dates,
    plan_next_run,
    set_schedule_status,
    starts_at,
)
from tallystick.invoicing.operations.start_bill_run import settle_run_options
from tallystick.invoicing.queries.known_filters import require_known_filters
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_CREATE
from tallystick.sellers.models import Seller

LONGEST_NAME = 80
MIDNIGHT = time(0, 0)


class NewSchedule(NamedTuple):
    """What a schedule is made of. Times and days are the seller's; dates follow the day of each run (ZUO-3)."""

    name: str
    recurrence: Recurrence
    run_time: time = MIDNIGHT
    target: DateRule = RUN_DAY
    invoice: DateRule = RUN_DAY
    filters: RunFilters = RunFilters()
    takes_run_day_anchors: bool = False
    options: RunOptions = RunOptions()


def create_schedule(seller: Seller, *, new: NewSchedule, at: datetime, actor: Actor) -> BillRunSchedule:
    """Save an active schedule and its first waiting run (ZUO-1).

    Refuses ScheduleInvalid with all that is wrong, a name that is taken, a schedule that would never run from `at` on,
    and dates more than ten years ahead. Posting or mailing by itself needs the permission to do so.
    """
    actor.require(BILL_RUNS_CREATE)
    refuse_problems(ScheduleInvalid, find_schedule_problems(new))
    filters = settle_filters(new.filters)
    require_known_filters(seller.pk, filters=filters)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # two of one name wait for each other
        if is_name_taken(seller.pk, name=new.name):
            raise Conflict(f"There is a schedule {new.name!r} already.", field="name")
        settled = settle_run_options(seller, options=new.options, actor=actor)
        schedule = BillRunSchedule(
            seller=seller,
            **terms_of(new, filters=filters, options=settled),
            created_at=at,
            created_by=actor.label,
            runner_kind=actor.kind,
            runner_id=actor.id,
        )
        first_on = _require_future(schedule, new.recurrence, at)
        require_near(compute_run_dates(schedule, run_on=first_on), of=first_on)
        schedule.save()
        set_schedule_status(schedule, event="create", to="active", at=at, actor=actor)
        plan_next_run(schedule, after=_day_before(first_on), at=at, actor=actor)
    return schedule


def is_name_taken(seller_id: int, *, name: str, besides: int = 0) -> bool:
    """Whether another schedule of a seller has that name; a canceled one gave it back."""
    named = BillRunSchedule.objects.filter(seller_id=seller_id, name=name).exclude(status="canceled")
    return named.exclude(pk=besides).exists()


def terms_of(new: NewSchedule, *, filters: RunFilters, options: SettledOptions) -> dict[str, Any]:
    """What was asked for, column by column; filters and options as they were settled."""
    return {
        "name": new.name,
        **new.recurrence._asdict(),
        "run_time": new.run_time,
        **{f"target_{name}": value for name, value in new.target._asdict().items()},
        **{f"invoice_{name}": value for name, value in new.invoice._asdict().items()},
        "filters": filters.as_json(),
        "takes_run_day_anchors": new.takes_run_day_anchors,
        **options._asdict(),
        "excluded_kinds": list(options.excluded_kinds),
    }


def find_schedule_problems(new: NewSchedule) -> Sequence[Problem]:
    """Everything that is wrong with a schedule, seen alone."""
    problems = []
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        problems.append(Problem("name", f"must have 1 to {LONGEST_NAME} signs"))
    problems += find_recurrence_problems(new.recurrence)
    problems += find_date_rule_problems(new.target, name="target")
    problems += find_date_rule_problems(new.invoice, name="invoice")
    if new.takes_run_day_anchors and new.filters.anchor_days:
        problems.append(Problem("anchor_days", "can't be joined with the anchor day of the run's own day"))
    return problems


def _require_future(schedule: BillRunSchedule, recurrence: Recurrence, at: datetime) -> date:
    """The first day on which it still can run: what lay before it was made is not caught up."""
    today = at.astimezone(ZoneInfo(schedule.seller.time_zone)).date()
    first_on = find_next_run_day(recurrence, after=_day_before(today))
    if first_on is not None and starts_at(schedule, run_on=first_on) < at:
        first_on = find_next_run_day(recurrence, after=first_on)
    if first_on is None:
        raise ScheduleInvalid(problems="no day on which it would run lies ahead", field="starts_on")
    return first_on


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)
