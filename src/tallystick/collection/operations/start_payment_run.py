"""Start a payment run: write it down and ask for its first job. Charging itself happens in jobs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.core.run_choices import CollectionFilters, CollectOptions, find_choice_problems
from tallystick.collection.errors import BillRunNotPosted, BillRunOfAnotherSeller, ChoiceInvalid, TargetAfterRun
from tallystick.collection.models import PaymentRun
from tallystick.collection.operations.insert_run import DEFAULT_CHUNK_SIZE, insert_run
from tallystick.collection.queries.known_choices import require_known_choices
from tallystick.errors import refuse_problems
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.queries.runs import list_run_documents
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import PAYMENT_RUNS_CREATE
from tallystick.sellers.models import Seller

ALL_ACCOUNTS = CollectionFilters()
USUAL = CollectOptions()


def start_payment_run(
    seller: Seller,
    *,
    target_on: date,
    at: datetime,
    actor: Actor,
    filters: CollectionFilters = ALL_ACCOUNTS,
    bill_run: BillRun | None = None,
    options: CollectOptions = USUAL,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> PaymentRun:
    """Create a pending run and enqueue its start (ZUO-36, ZUO-37). It runs now; `target_on` says up to which due date.

    Refuses a target date after the day of the run while credits are applied (ZUO-38), impossible filters, a bill run
    of another seller, and one whose invoices are all drafts still: nobody owes them.
    """
    actor.require(PAYMENT_RUNS_CREATE)
    run_on = at.astimezone(ZoneInfo(seller.time_zone)).date()
    require_choices(seller, filters=filters, options=options, bill_run=bill_run)
    require_target(target_on, run_on=run_on, options=options)
    if bill_run is not None:
        _require_posted(bill_run)
    with transaction.atomic():
        run = insert_run(
            seller,
            target_on=target_on,
            run_on=run_on,
            filters=filters,
            options=options,
            bill_run=bill_run,
            created_by=actor.label,
            at=at,
            actor=actor,
            chunk_size=chunk_size,
        )
        enqueue("payment_run.start", queue="payments", run_id=run.pk)
    return run


def require_choices(
    seller: Seller, *, filters: CollectionFilters, options: CollectOptions, bill_run: BillRun | None
) -> None:
    """Refuse filters that name what there is not, options that do nothing, and a bill run of another seller."""
    refuse_problems(ChoiceInvalid, list(find_choice_problems(filters, options=options)))
    require_known_choices(seller.pk, filters=filters)
    if bill_run is not None and bill_run.seller_id != seller.pk:
        raise BillRunOfAnotherSeller(number=bill_run.number, field="bill_run")


def require_target(target_on: date, *, run_on: date, options: CollectOptions) -> None:
    """Refuse a target date after the day of the run while credits are applied (ZUO-38)."""
    if options.applies_credits and target_on > run_on:
        raise TargetAfterRun(target_on=target_on, run_on=run_on, field="target_on")


def _require_posted(bill_run: BillRun) -> None:
    documents = list_run_documents(bill_run.pk)
    if documents.filter(status="draft").exists() and not documents.filter(status="posted").exists():
        raise BillRunNotPosted(number=bill_run.number, status=bill_run.status)
