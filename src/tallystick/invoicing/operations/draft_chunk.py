"""Step 2 of a bill run: draft one chunk of accounts in one transaction. The last chunk completes the run."""

from datetime import datetime

from django.db import transaction

from tallystick.invoicing.core.run_options import BILL, CATCH_UP
from tallystick.invoicing.models import BillRun
from tallystick.invoicing.operations.ask_shortfalls import enqueue_collection
from tallystick.invoicing.operations.catch_up_accounts import catch_up_accounts
from tallystick.invoicing.operations.count_chunk import count_chunk
from tallystick.invoicing.operations.draft_accounts import draft_accounts
from tallystick.invoicing.operations.lock_chunk import lock_chunk
from tallystick.invoicing.operations.record_events import advance_run, follow_up
from tallystick.invoicing.queries.run_documents import list_chunk_accounts
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.collector import paused_collector
from tallystick.plumbing.jobs import enqueue


def draft_chunk(run_id: int, *, position: int, at: datetime, actor: Actor) -> None:
    """Draft the chunk's accounts, unless it is drafted already; then complete the run.

    A job that runs twice, or again after a kill, finds the chunk's state and writes nothing twice.
    """
    with paused_collector(), transaction.atomic():
        chunk = lock_chunk(run_id, position=position, status="pending")
        if chunk is not None:
            run = BillRun.objects.select_related("seller").get(pk=run_id)
            work = catch_up_accounts if run.kind == CATCH_UP else draft_accounts
            work(run, account_ids=list_chunk_accounts(run_id, position=position, statuses=["due"]), at=at, actor=actor)
            count_chunk(chunk, status="drafted", at=at)
    complete_if_drafted(run_id, at=at, actor=actor)


def complete_if_drafted(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Complete a running run none of whose chunks is pending; fail it when every due account failed (ZUO-13)."""
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=run_id)
        if run.status != "running" or run.chunks.filter(status="pending").exists():
            return
        outcomes = list(run.chunks.values_list("accounts", "failed_accounts"))
        accounts, failed = sum(row[0] for row in outcomes), sum(row[1] for row in outcomes)
        if accounts and failed == accounts:
            advance_run(run, event="fail", at=at, actor=actor, reason="every account that was due failed")
        else:
            advance_run(run, event="complete", at=at, actor=actor)
            if run.run_accounts.filter(status="awaiting_funds").exclude(reason="").exists():
                enqueue_collection(run.pk)
            if run.kind == BILL and not run.auto_posts:
                enqueue("bill_run.review", queue="billing", run_id=run_id)
        follow_up(run_id)
