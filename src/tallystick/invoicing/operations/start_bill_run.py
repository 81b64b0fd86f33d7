"""Start a bill run: write it down and ask for its first job. Drafting itself happens in jobs."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.invoicing.core.filters import RunFilters, settle_filters
from tallystick.invoicing.core.run_options import BILL, RunOptions, SettledOptions, settle_options
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.insert_run import DEFAULT_CHUNK_SIZE, RunDates, insert_run, require_near, runner_of
from tallystick.invoicing.queries.known_filters import require_known_filters
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.permissions import BILL_RUNS_CREATE, BILL_RUNS_POST, DELIVERIES_SEND
from tallystick.sellers.models import Seller
from tallystick.sellers.queries import get_billing_rule

ALL_ACCOUNTS = RunFilters()
NO_OPTIONS = RunOptions()


def start_bill_run(
    seller: Seller,
    *,
    target_on: date,
    at: datetime,
    actor: Actor,
    invoice_on: date | None = None,
    filters: RunFilters = ALL_ACCOUNTS,
    options: RunOptions = NO_OPTIONS,
    kind: str = BILL,
    chunk_size: int = DEFAULT_CHUNK_SIZE,
) -> BillRun:
    """Create a pending run and enqueue its identification (ZUO-1, ZUO-2).

    `target_on` decides what is billed, `invoice_on` which date the documents carry (default: today where the seller
    is, ZUO-3). `kind` "catch_up" makes no documents (ZUO-7). Posting or mailing by itself needs the permission to do
    so. Refuses impossible filters and options, and dates more than ten years ahead (ZUO-3).
    """
    actor.require(BILL_RUNS_CREATE)
    today = at.astimezone(ZoneInfo(seller.time_zone)).date()
    dates = RunDates(target_on, invoice_on or today)
    settled_filters = settle_filters(filters)
    require_known_filters(seller.pk, filters=settled_filters)
    kept = settled_filters.as_json()
    require_near(dates, of=today)
    with transaction.atomic():
        settled = settle_run_options(seller, options=options, actor=actor)
        run = insert_run(
            seller,
            dates=dates,
            filters=kept,
            options=settled,
            runner=runner_of(actor),
            at=at,
            actor=actor,
            kind=kind,
            chunk_size=chunk_size,
        )
        enqueue("bill_run.identify", queue="billing", run_id=run.pk)
    return run


def settle_run_options(seller: Seller, *, options: RunOptions, actor: Actor) -> SettledOptions:
    """The options by the seller's billing rule; who lets a run post or mail by itself must be allowed to do either."""
    rule = get_billing_rule(seller.pk)
    settled = settle_options(
        options,
        supports_auto_post=rule.supports_auto_post,
        auto_posts_by_default=rule.auto_posts_by_default,
        seller=seller.code,
    )
    if settled.auto_posts:
        actor.require(BILL_RUNS_POST)
    if settled.auto_emails:
        actor.require(DELIVERIES_SEND)
    return settled
