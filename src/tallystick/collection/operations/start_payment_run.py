"""Start a payment run: write it down and ask for its first job. Charging itself happens in jobs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.errors import BillRunNotPosted, BillRunOfAnotherSeller, TargetAfterRun
from tallystick.collection.models import PaymentRun, PaymentRunEvent
from tallystick.invoicing.core.filters import RunFilters, require_valid_filters
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.queries.runs import list_run_documents
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller

DEFAULT_CHUNK_SIZE = 500
ALL_ACCOUNTS = RunFilters()


def start_payment_run(
    seller: Seller,
    *,
    target_on: date,
    at: datetime,
    actor: Actor,
    filters: RunFilters = ALL_ACCOUNTS,
    bill_run: BillRun | None = None,
    applies_credits: bool = True,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> PaymentRun:
    """Create a pending run and enqueue its start (ZUO-36, ZUO-37). It runs now; `target_on` says up to which due date.

    Refuses a target date after the day of the run while credits are applied (ZUO-38), impossible filters, a bill run
    of another seller, and one whose invoices are all drafts still: nobody owes them.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    require_valid_filters(filters)
    run_on = at.astimezone(ZoneInfo(seller.time_zone)).date()
    if applies_credits and target_on > run_on:
        raise TargetAfterRun(target_on=target_on, run_on=run_on, field="target_on")
    if bill_run is not None and bill_run.seller_id != seller.pk:
        raise BillRunOfAnotherSeller(number=bill_run.number, field="bill_run")
    if bill_run is not None:
        _require_posted(bill_run)
    with transaction.atomic():
        Seller.objects.select_for_update(no_key=True).get(pk=seller.pk)  # numbers of runs are counted one at a time
        run = PaymentRun.objects.create(
            seller=seller,
            number=f"PR-{PaymentRun.objects.filter(seller=seller).count() + 1:06d}",
            target_on=target_on,
            run_on=run_on,
            filters=filters.as_json(),
            bill_run=bill_run,
            applies_credits=applies_credits,
            chunk_size=chunk_size,
            created_by=actor.label,
            created_at=at,
        )
        _record_creation(run, at=at, actor=actor)
        enqueue("payment_run.start", queue="payments", run_id=run.pk)
    return run


def _require_posted(bill_run: BillRun) -> None:
    documents = list_run_documents(bill_run.pk)
    if documents.filter(status="draft").exists() and not documents.filter(status="posted").exists():
        raise BillRunNotPosted(number=bill_run.number, status=bill_run.status)


def _record_creation(run: PaymentRun, *, at: datetime, actor: Actor) -> None:
    PaymentRunEvent.objects.create(
        run=run,
        event="create",
        to_status=run.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
