"""What a deactivation or activation run did: service by service, and that it is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from tallystick.plumbing.bulk import copy_rows
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.deactivation import find_next_day
from tallystick.subscriptions.models import DeactivationRun, DeactivationRunItem

ITEMS = DeactivationRunItem._meta.db_table


def lock_pending_run(run_id: int) -> DeactivationRun | None:
    """Lock a run that is to be executed until the transaction ends; None when it is over or deleted."""
    pending = DeactivationRun.objects.select_for_update(of=("self",)).select_related("seller")
    return pending.filter(pk=run_id, status="pending").first()


def log_items(run_id: int, *, outcome: str, services: Sequence[int], reasons: Mapping[int, str]) -> None:
    """Write down what became of services; a reason for each, by id."""
    rows = ((run_id, service_id, outcome, reasons.get(service_id, "")[:300]) for service_id in services)
    copy_rows(ITEMS, ("run_id", "subscription_service_id", "outcome", "reason"), rows)


def complete_run(run: DeactivationRun, *, at: datetime) -> None:
    """Say that the run is over, and define the next of its series, on a day to come (CRM-22)."""
    run.status, run.executed_at = "completed", at
    run.save(update_fields=["status", "executed_at"])
    if run.series_from_on is None:
        return
    today = at.astimezone(ZoneInfo(run.seller.time_zone)).date()
    # days that nobody was there to run are not made up for: the queue is the same
    next_on = find_next_day(run.repeats, series_from_on=run.series_from_on, after=max(run.runs_on, today))
    Seller.objects.select_for_update(no_key=True).get(pk=run.seller_id)
    DeactivationRun.objects.create(
        seller=run.seller,
        number=number_run(run.seller),
        kind=run.kind,
        runs_on=next_on,
        repeats=run.repeats,
        series_from_on=run.series_from_on,
        filters=run.filters,
        created_at=at,
        created_by=run.created_by,
    )


def number_run(seller: Seller) -> str:
    """The next number of a seller's runs; under the seller's lock, as they are counted."""
    return f"DR-{DeactivationRun.objects.filter(seller=seller).count() + 1:06d}"
