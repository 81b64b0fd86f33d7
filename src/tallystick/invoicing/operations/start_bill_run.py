"""Start a bill run: write it down and ask for its first job. Drafting itself happens in jobs."""

from datetime import date, datetime

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.invoicing.core.filters import RunFilters, require_valid_filters
from tallystick.invoicing.models import BillRun, BillRunEvent
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_CREATE
from tallystick.sellers.models import Seller

DEFAULT_CHUNK_SIZE = 2000
ALL_ACCOUNTS = RunFilters()


def start_bill_run(
    seller: Seller,
    *,
    target_on: date,
    at: datetime,
    actor: Actor,
    invoice_on: date | None = None,
    filters: RunFilters = ALL_ACCOUNTS,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> BillRun:
    """Create a pending run and enqueue its identification (ZUO-1, ZUO-2).

    `target_on` decides what is billed, `invoice_on` (default: the target date) which date the documents carry.
    Refuses impossible filters and dates more than ten years ahead (ZUO-3).
    """
    actor.require(BILL_RUNS_CREATE)
    require_valid_filters(filters)
    _require_near(target_on, at=at, field="target_on")
    _require_near(invoice_on or target_on, at=at, field="invoice_on")
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers of runs are counted one at a time
        run = BillRun.objects.create(
            seller=seller,
            number=f"BR-{BillRun.objects.filter(seller=seller).count() + 1:06d}",
            target_on=target_on,
            invoice_on=invoice_on or target_on,
            filters=filters.as_json(),
            chunk_size=chunk_size,
            created_at=at,
            created_by=actor.label,
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
        enqueue("bill_run.identify", queue="billing", run_id=run.pk)
    return run


def _require_near(day: date, *, at: datetime, field: str) -> None:
    if day.year > at.year + 10:
        raise InvalidInput(f"{day} is more than ten years ahead.", field=field)
