"""Step 1 of a bill run: freeze which accounts it bills, cut them into chunks, ask for a job a chunk."""

from contextlib import nullcontext
from datetime import datetime

from django.db import connection, transaction

from tallystick.invoicing.core.filters import RunFilters, scope_of
from tallystick.invoicing.models import BillRun, BillRunAccount, BillRunChunk
from tallystick.invoicing.operations.record_events import advance_run, follow_up
from tallystick.invoicing.queries.chosen_accounts import accounts_sql
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.statements import joining_without_loops, run_sql
from tallystick.subscriptions.operations.renew_terms import renew_terms
from tallystick.subscriptions.queries import due_accounts_sql

RUN_ACCOUNTS = BillRunAccount._meta.db_table
CHUNKS = BillRunChunk._meta.db_table


def identify_population(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Take every account with something due into the run (ZUO-15), set-based, and enqueue its chunks.

    Terms that are due for renewal are renewed first, where the run is to (ZUO-6): what they charge is due then.

    Does nothing when the run has left `pending`, so that the job may run twice.
    """
    with transaction.atomic():
        run = BillRun.objects.select_for_update().get(pk=run_id)
        if run.status != "pending":
            return
        advance_run(run, event="start", at=at, actor=actor)
        _freeze_accounts(run, at, actor)
        positions = _cut_chunks(run)
        for position in positions:
            enqueue("bill_run.draft_chunk", queue="billing", run_id=run.pk, position=position)
        if not positions:
            advance_run(run, event="complete", at=at, actor=actor, reason="nothing was due")
            follow_up(run.pk)


def _freeze_accounts(run: BillRun, at: datetime, actor: Actor) -> None:
    filters = RunFilters.from_json(run.filters)
    scope = scope_of(filters, excluded_kinds=run.excluded_kinds)
    chosen, params = accounts_sql(run.seller_id, filters=filters)
    if run.renews_terms:
        reason = f"bill run {run.number}"
        renew_terms((chosen, params), until_on=run.target_on, at=at, actor=actor, reason=reason, scope=scope)
    due_sql, due_params = due_accounts_sql(run.target_on, scope=scope)
    # A few accounts by name are found through their indexes; everybody's are not.
    with nullcontext() if filters.account_external_ids else joining_without_loops():
        run_sql(
            f"INSERT INTO {RUN_ACCOUNTS} (run_id, account_id, chunk_position, status, reason)"
            " SELECT %s, a.id, 1 + (row_number() OVER (ORDER BY a.id) - 1) / %s, 'due', ''"
            f" FROM ({chosen}) a WHERE a.id IN ({due_sql}) ORDER BY a.id",
            [run.pk, run.chunk_size, *params, *due_params],
        )


def _cut_chunks(run: BillRun) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {CHUNKS}"
            " (run_id, position, status, accounts, documents, posted_documents, failed_accounts, totals, drawn_totals)"
            " SELECT run_id, chunk_position, 'pending', count(*), 0, 0, 0, '{}', '{}'"
            f" FROM {RUN_ACCOUNTS} WHERE run_id = %s GROUP BY run_id, chunk_position"
            " ORDER BY chunk_position RETURNING position",
            [run.pk],
        )
        return [row[0] for row in cursor.fetchall()]
