"""Freeze which invoices a payment run takes, cut them into chunks, ask for a job a chunk."""

from datetime import datetime

from django.db import connection, transaction

from tallystick.collection.core.run_choices import CollectionFilters
from tallystick.collection.models import PaymentRun, PaymentRunItem
from tallystick.collection.operations.advance_run import advance_run
from tallystick.collection.queries.collectable import ACCOUNTS, DOCUMENTS, OPEN_MINOR, compose_conditions
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.jobs import enqueue

ITEMS = PaymentRunItem._meta.db_table


def freeze_items(run_id: int, *, at: datetime, actor: Actor) -> None:
    """Take every posted, open, automatic invoice due on or before the target date into the run (ZUO-34, ZUO-35).

    One that waited for a bill run's posting takes its invoices, and those that runs before left open and that may be
    tried again, unless it was asked for its bill run's alone.

    Set-based. Whether its method may be charged is judged when its turn comes, and said of each that is left out.
    All invoices of an account are in one chunk. Does nothing once the run has left `pending`: the job may run twice.
    """
    with transaction.atomic():
        run = PaymentRun.objects.select_for_update().get(pk=run_id)
        if run.status != "pending":
            return
        advance_run(run, event="start", at=at, actor=actor)
        _insert_items(run, at)
        positions = run.items.order_by("chunk_position").values_list("chunk_position", flat=True).distinct()
        for position in positions:
            enqueue("payment_run.collect_chunk", queue="payments", run_id=run.pk, position=position)
        if not positions:
            advance_run(run, event="complete", at=at, actor=actor, reason=_say_why_empty(run))


def _say_why_empty(run: PaymentRun) -> str:
    if run.bill_run is not None and run.bill_run.status not in ("posted", "posting"):
        return f"bill run {run.bill_run.number} was not posted by then, but {run.bill_run.status}"
    return "nothing was due"


def _insert_items(run: PaymentRun, at: datetime) -> None:
    conditions, params = compose_conditions(
        run.seller_id,
        target_on=run.target_on,
        filters=CollectionFilters.from_json(run.filters),
        bill_run_id=run.bill_run_id,
        left_open_at=None if run.only_bill_run else at,
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO {ITEMS} (run_id, account_id, document_id, chunk_position, currency, amount_minor,
                                 credited_minor, charged_minor, status, tries, reason_code, follow_up, note)
            SELECT %s, d.account_id, d.id, 1 + (dense_rank() OVER (ORDER BY d.account_id) - 1) / %s, d.currency,
                   {OPEN_MINOR},
                   0, 0, 'due', 0, '', '', ''
              FROM {DOCUMENTS} d JOIN {ACCOUNTS} a ON a.id = d.account_id
             WHERE {" AND ".join(conditions)}
             ORDER BY d.account_id, d.due_on, d.sequence_number
            """,
            [run.pk, run.chunk_size, *params],
        )
