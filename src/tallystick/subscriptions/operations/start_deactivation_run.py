"""Define a deactivation or activation run, for now or a day to come, and delete one that was not executed (CRM-22)."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import SUBSCRIPTIONS_ACT
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.deactivation import (
    DEACTIVATE,
    KINDS,
    ONCE,
    REPETITIONS,
    DeactivationFilters,
    require_valid_filters,
)
from tallystick.subscriptions.errors import DeactivationRunOver, DeactivationRunUnknown
from tallystick.subscriptions.models import DeactivationRun
from tallystick.subscriptions.operations.log_deactivation_run import number_run

EVERYTHING = DeactivationFilters()


def start_deactivation_run(
    seller: Seller,
    *,
    at: datetime,
    actor: Actor,
    kind: str = DEACTIVATE,
    runs_on: date | None = None,
    filters: DeactivationFilters = EVERYTHING,
    repeats: str = ONCE,
) -> DeactivationRun:
    """Create a run; one for today (where the seller is, the default) or before is executed at once by a job.

    A later one is executed when its day comes. One that repeats defines the next of its series when it is over; to
    delete that ends the series. Refuses impossible filters.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    if kind not in KINDS:
        raise InvalidInput(f"There is no kind {kind!r}; there are {', '.join(KINDS)}.", field="kind")
    if repeats not in REPETITIONS:
        raise InvalidInput(f"There is no {repeats!r}; there are {', '.join(REPETITIONS)}.", field="repeats")
    require_valid_filters(filters)
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers of runs are counted one at a time
        run = DeactivationRun.objects.create(
            seller=seller,
            number=number_run(seller),
            kind=kind,
            runs_on=runs_on or today,
            repeats=repeats,
            series_from_on=None if repeats == ONCE else runs_on or today,
            filters=filters.as_json(),
            created_at=at,
            created_by=actor.label,
        )
        if run.runs_on <= today:
            enqueue("deactivation_run.execute", queue="billing", run_id=run.pk)
    return run


def delete_deactivation_run(run_id: int, *, at: datetime, actor: Actor) -> DeactivationRun:
    """Delete a run that was not executed; it stays in the log as deleted. Refuses what is over."""
    actor.require(SUBSCRIPTIONS_ACT)
    with transaction.atomic():
        run = DeactivationRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise DeactivationRunUnknown(run=run_id)
        if run.status != "pending":
            raise DeactivationRunOver(number=run.number, status=run.status)
        run.status, run.deleted_at, run.deleted_by = "deleted", at, actor.label
        run.save(update_fields=["status", "deleted_at", "deleted_by"])
    return run
