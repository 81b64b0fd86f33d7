"""Write a payment run down: asked for by somebody, or the next occurrence of a schedule."""

from datetime import date, datetime
from typing import NamedTuple

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions, settle_only_bill_run
from tallystick.collection.models import DeletedPaymentRun, PaymentRun, PaymentRunEvent, PaymentRunSchedule
from tallystick.invoicing.models import BillRun
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.statements import fetch_rows
from tallystick.sellers.models import Seller

RUNS = PaymentRun._meta.db_table
DELETED = DeletedPaymentRun._meta.db_table
DEFAULT_CHUNK_SIZE = 500


class Waiting(NamedTuple):
    """Of a run that waits: its schedule, the day it stands for, and when it begins, or how long after a posting."""

    schedule: PaymentRunSchedule
    occurrence_on: date | None = None
    starts_at: datetime | None = None
    after_hours: int | None = None


def insert_run(
    seller: Seller,
    *,
    target_on: date,
    run_on: date,
    filters: CollectionFilters,
    options: CollectOptions,
    bill_run: BillRun | None,
    created_by: str,
    at: datetime,
    actor: Actor,
    waiting: Waiting | None = None,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> PaymentRun:
    """Insert a pending run under the next number, with its first event. Runs in the caller's transaction."""
    waits = waiting is not None and waiting.after_hours is not None
    options = settle_only_bill_run(options, names_bill_run=bill_run is not None, waits=waits)
    run = PaymentRun.objects.create(
        seller=seller,
        number=_take_number(seller),
        target_on=target_on,
        run_on=run_on,
        filters=filters.as_json(),
        bill_run=bill_run,
        **options._asdict(),
        **(waiting._asdict() if waiting else {"queued_at": at}),
        chunk_size=chunk_size,
        created_by=created_by,
        created_at=at,
    )
    PaymentRunEvent.objects.create(
        run=run,
        event="create",
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
    return run


def _take_number(seller: Seller) -> str:
    """The next number; one of a run that was deleted is never given again."""
    Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers of runs are counted one at a time
    ((last,),) = fetch_rows(
        f"SELECT coalesce(max(substr(number, 4)::bigint), 0) FROM (SELECT number FROM {RUNS} WHERE seller_id = %s"
        f" UNION ALL SELECT number FROM {DELETED} WHERE seller_id = %s) AS n",
        [seller.pk, seller.pk],
    )
    return f"PR-{last + 1:06d}"
