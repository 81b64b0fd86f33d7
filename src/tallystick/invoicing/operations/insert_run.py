"""Write a bill run down: asked for by somebody, or the next occurrence of a schedule."""

from datetime import date, datetime
from typing import Any, NamedTuple

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.run_options import BILL, SettledOptions
from tallystick.invoicing.core.schedule import is_within_horizon
from tallystick.invoicing.models import BillRun, BillRunEvent, BillRunSchedule
from tallystick.invoicing.operations.run_numbers import take_run_number
from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller

DEFAULT_CHUNK_SIZE = 2000


class RunDates(NamedTuple):
    """The target date decides what is billed, the invoice date which date is written (ZUO-2)."""

    target_on: date
    invoice_on: date


class Occurrence(NamedTuple):
    """The day of a schedule that a run stands for, and the instant at which it begins."""

    schedule: BillRunSchedule
    on: date
    starts_at: datetime


class Runner(NamedTuple):
    """Whose run it is: who hears how it ended."""

    kind: str
    id: str
    label: str


def runner_of(actor: Actor) -> Runner:
    """The one who asks."""
    return Runner(actor.kind, actor.id, actor.label)


def insert_run(
    seller: Seller,
    *,
    dates: RunDates,
    filters: dict[str, list[Any]],
    options: SettledOptions,
    runner: Runner,
    at: datetime,
    actor: Actor,
    kind: str = BILL,
    schedule: BillRunSchedule | None = None,
    occurrence: Occurrence | None = None,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> BillRun:
    """Insert a pending run under the next number, with its first event. Runs in the caller's transaction."""
    run = BillRun.objects.create(
        seller=seller,
        number=take_run_number(seller),
        kind=kind,
        target_on=dates.target_on,
        invoice_on=dates.invoice_on,
        filters=filters,
        **{**options._asdict(), "excluded_kinds": list(options.excluded_kinds)},
        schedule=occurrence.schedule if occurrence else schedule,
        occurrence_on=occurrence.on if occurrence else None,
        starts_at=occurrence.starts_at if occurrence else None,
        queued_at=None if occurrence else at,
        created_at=at,
        created_by=runner.label,
        runner_kind=runner.kind,
        runner_id=runner.id,
        chunk_size=chunk_size,
    )
    BillRunEvent.objects.create(
        run=run,
        event="create",
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    return run


def require_near(dates: RunDates, *, of: date) -> None:
    """Refuse dates more than ten years after a day (ZUO-3)."""
    for name, day in dates._asdict().items():
        if not is_within_horizon(day, of=of):
            raise InvalidInput(f"{day} is more than ten years ahead.", field=name)
