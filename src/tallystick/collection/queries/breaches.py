"""Breaches of what payment runs promise: invariant 7, set-based, each with its row."""

from collections.abc import Iterator

from django.db import connection

from tallystick.collection.models import PaymentRun, PaymentRunEvent, PaymentRunItem
from tallystick.ledger.core.breach import Breach
from tallystick.plumbing.live_jobs import has_live_job

RUNS = PaymentRun._meta.db_table
EVENTS = PaymentRunEvent._meta.db_table
ITEMS = PaymentRunItem._meta.db_table

CHECKS: tuple[tuple[str, str], ...] = (
    (
        "is {1}, but its last event says {2}",
        f"""
        SELECT r.number, r.status, coalesce(e.to_status, 'nothing') FROM {RUNS} r
          LEFT JOIN (SELECT DISTINCT ON (run_id) run_id, to_status FROM {EVENTS} WHERE item_id IS NULL
                      ORDER BY run_id, id DESC) e ON e.run_id = r.id
         WHERE r.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        # what was asked of a gateway is looked up by its attempt; what was not yet waits for a job
        "is {1} with invoices not asked for yet, but no job works on it: it is stuck",
        f"""
        SELECT r.number, r.status FROM {RUNS} r
         WHERE r.status = 'running' AND EXISTS (SELECT 1 FROM {ITEMS} i WHERE i.run_id = r.id AND i.status = 'due')
           AND NOT {has_live_job("payment_run.", argument="run_id", equals="r.id")} ORDER BY 1
        """,
    ),
)


def list_collection_breaches() -> Iterator[Breach]:
    """Every payment run whose state is not what its events and jobs say."""
    with connection.cursor() as cursor:
        for problem, query in CHECKS:
            cursor.execute(query)
            for row in cursor.fetchall():
                yield Breach(7, f"payment run {row[0]}", problem.format(*row))
