"""Change a payment run that waits: when it begins, up to which due date, for whom (ZUO-41)."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions
from tallystick.collection.core.schedule import LONGEST_WAIT_HOURS
from tallystick.collection.errors import PaymentRunHasBegun, StartHasPassed
from tallystick.collection.models import PaymentRun, PaymentRunEvent
from tallystick.collection.operations.start_payment_run import require_choices, require_target
from tallystick.collection.queries.schedules import describe_choices
from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE


class RunChange(NamedTuple):
    """What becomes new; what is None stays. `starts_at` is for runs with a time, `after_hours` for those that wait."""

    starts_at: datetime | None = None
    after_hours: int | None = None
    filters: CollectionFilters | None = None
    options: CollectOptions | None = None


def change_payment_run(run: PaymentRun, *, change: RunChange, at: datetime, actor: Actor) -> PaymentRun:
    """Change this one occurrence; its schedule stays. A new day moves the target date by as many days.

    Refuses a run that has begun (PaymentRunHasBegun), a time that has passed, and what `start_payment_run` refuses.
    Minutes of the new time are ignored (ZUO-37).
    """
    actor.require(PAYMENT_RUNS_CREATE)
    with transaction.atomic():
        runs = PaymentRun.objects.select_for_update(of=("self",)).select_related("seller", "bill_run")
        run = runs.get(pk=run.pk)
        if run.status != "pending" or run.queued_at is not None:
            raise PaymentRunHasBegun(number=run.number, status=run.status, field="status")
        if change.starts_at is not None:
            _move(run, change.starts_at, at)
        if change.after_hours is not None:
            _set_wait(run, change.after_hours)
        filters = change.filters if change.filters is not None else CollectionFilters.from_json(run.filters)
        options = change.options or run.get_options()
        require_choices(run.seller, filters=filters, options=options, bill_run=run.bill_run)
        require_target(run.target_on, run_on=run.run_on, options=options)
        run.filters = filters.as_json()
        run.set_options(options, names_bill_run=run.bill_run_id is not None)
        run.save()
        record_run_change(run, at=at, actor=actor)
    return run


def _move(run: PaymentRun, starts_at: datetime, at: datetime) -> None:
    starts_at = starts_at.replace(minute=0, second=0, microsecond=0)
    if run.after_hours is not None:
        raise InvalidInput("It waits for its bill run's posting; change its hours instead.", field="starts_at")
    if starts_at <= at:
        raise StartHasPassed(starts_at=starts_at, field="starts_at")
    run_on = starts_at.astimezone(ZoneInfo(run.seller.time_zone)).date()
    run.target_on += run_on - run.run_on
    run.run_on, run.starts_at = run_on, starts_at


def _set_wait(run: PaymentRun, hours: int) -> None:
    if run.after_hours is None:
        raise InvalidInput("It begins at a time of its own; change that instead.", field="after_hours")
    if not 0 <= hours <= LONGEST_WAIT_HOURS:
        raise InvalidInput(f"Give 0 to {LONGEST_WAIT_HOURS} hours: 30 days.", field="after_hours")
    run.after_hours, run.starts_at = hours, None  # told anew from the posting


def record_run_change(run: PaymentRun, *, at: datetime, actor: Actor) -> None:
    """Append how a waiting run stands after a change, in the transaction that changed it."""
    begins = f"begins {run.starts_at:%Y-%m-%d %H:%M} UTC" if run.starts_at else f"{run.after_hours} hours after posting"
    words = f"{begins}; {describe_choices(run)}"
    PaymentRunEvent.objects.create(
        run=run,
        event="change",
        from_status=run.status,
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=words[:300],
    )
