"""Make a schedule of payment runs, with its first waiting run."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions, settle_only_bill_run
from tallystick.collection.core.schedule import MIDNIGHT, AfterPosting, cut_to_hour, find_timing_problems
from tallystick.collection.errors import BillRunOfAnotherSeller, BillRunWontBePosted, PaymentScheduleInvalid
from tallystick.collection.models import PaymentRunSchedule
from tallystick.collection.operations.schedule_runs import OVER, plan_next_run, set_schedule_status, starts_at
from tallystick.collection.operations.start_payment_run import require_choices
from tallystick.errors import Conflict, refuse_problems
from tallystick.invoicing.core.schedule import Recurrence, find_next_run_day
from tallystick.invoicing.models import BillRun, BillRunSchedule
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller

_DAY = timedelta(days=1)


class NewPaymentSchedule(NamedTuple):
    """What a schedule is made of: days (`recurrence`) or a posting to wait `after`. Times and days are the seller's.

    `bill_run`: only its invoices. Due dates are taken up to `target_days` after the day of each run.
    """

    name: str
    recurrence: Recurrence | None = None
    after: AfterPosting | None = None
    run_time: time = MIDNIGHT
    target_days: int = 0
    filters: CollectionFilters = CollectionFilters()
    bill_run: BillRun | None = None
    options: CollectOptions = CollectOptions()


def create_schedule(seller: Seller, *, new: NewPaymentSchedule, at: datetime, actor: Actor) -> PaymentRunSchedule:
    """Save an active schedule and its first waiting run (ZUO-37, ZUO-49).

    Refuses PaymentScheduleInvalid with all that is wrong, a name that is taken, one that would never run from `at` on,
    and waiting for a bill run that was posted, or never will be.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    problems = find_timing_problems(
        new.name,
        recurrence=new.recurrence,
        after=new.after,
        target_days=new.target_days,
        applies_credits=new.options.applies_credits,
    )
    refuse_problems(PaymentScheduleInvalid, list(problems))
    bill_run = _find_bill_run(seller, new)
    require_choices(seller, filters=new.filters, options=new.options, bill_run=bill_run)
    if new.options.only_bill_run and bill_run is None and new.after is None:
        problem = "a run on days names a bill run to take its invoices only"
        raise PaymentScheduleInvalid(problems=problem, field="only_bill_run")
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # two of one name wait for each other
        if PaymentRunSchedule.objects.filter(seller=seller, name=new.name).exists():
            raise Conflict(f"There is a schedule {new.name!r} already.", field="name")
        schedule = _compose(seller, new, bill_run, at, actor)
        first_on = None if new.recurrence is None else _require_future(schedule, new.recurrence, at)
        schedule.save()
        set_schedule_status(schedule, event="create", to="active", at=at, actor=actor)
        plan_next_run(schedule, after=first_on - _DAY if first_on else None, at=at, actor=actor)
    return schedule


def _compose(
    seller: Seller, new: NewPaymentSchedule, bill_run: BillRun | None, at: datetime, actor: Actor
) -> PaymentRunSchedule:
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    options = settle_only_bill_run(new.options, names_bill_run=bill_run is not None, waits=new.after is not None)
    timing = new.recurrence or Recurrence(new.after.frequency if new.after else "", today)
    return PaymentRunSchedule(
        seller=seller,
        name=new.name,
        **timing._asdict(),
        run_time=cut_to_hour(new.run_time),
        target_days=new.target_days,
        bill_run=bill_run,
        bill_run_schedule_id=new.after.bill_run_schedule_id if new.after else None,
        after_hours=new.after.hours if new.after else None,
        filters=new.filters.as_json(),
        **options._asdict(),
        created_at=at,
        created_by=actor.label,
    )


def _find_bill_run(seller: Seller, new: NewPaymentSchedule) -> BillRun | None:
    """The bill run that it collects: named, or waited for; a bill run schedule must be the seller's too."""
    after = new.after
    if after is None:
        return new.bill_run
    if after.bill_run_schedule_id is not None:
        if not BillRunSchedule.objects.filter(pk=after.bill_run_schedule_id, seller=seller).exists():
            raise PaymentScheduleInvalid(problems="there is no such schedule of bill runs", field="bill_run_schedule")
        if new.bill_run is not None:
            raise PaymentScheduleInvalid(problems="it collects each bill run of the schedule", field="bill_run")
        return None
    bill_run = BillRun.objects.filter(pk=after.bill_run_id or 0).first()
    if bill_run is None or bill_run.seller_id != seller.pk:
        raise BillRunOfAnotherSeller(number=bill_run.number if bill_run else after.bill_run_id, field="bill_run")
    if bill_run.status in OVER:
        raise BillRunWontBePosted(number=bill_run.number, status=bill_run.status)
    return bill_run


def _require_future(schedule: PaymentRunSchedule, recurrence: Recurrence, at: datetime) -> date:
    """The first day on which it still can run: what lay before it was made is not caught up."""
    today = at.astimezone(ZoneInfo(schedule.seller.time_zone)).date()
    first_on = find_next_run_day(recurrence, after=today - _DAY)
    if first_on is not None and starts_at(schedule, run_on=first_on) < at:
        first_on = find_next_run_day(recurrence, after=first_on)
    if first_on is None:
        raise PaymentScheduleInvalid(problems="no day on which it would run lies ahead", field="starts_on")
    return first_on
