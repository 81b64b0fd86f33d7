"""What a deactivation or activation run did: service by service, and that it is over."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from tallystick.plumbing.bulk import copy_rows
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
    """Say that the run is over."""
    run.status, run.executed_at = "completed", at
    run.save(update_fields=["status", "executed_at"])
