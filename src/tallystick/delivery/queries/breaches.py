"""Breaches of what deliveries promise: invariant 7, set-based, each with its row."""

from collections.abc import Iterator

from django.db import connection

from tallystick.delivery.models import Delivery, DeliveryEvent, PrintBatch
from tallystick.ledger.core.breach import Breach
from tallystick.plumbing.live_jobs import has_live_job

DELIVERIES = Delivery._meta.db_table
EVENTS = DeliveryEvent._meta.db_table
BATCHES = PrintBatch._meta.db_table

# (what the row is, what is wrong with it, query whose columns fill the two texts)
CHECKS: tuple[tuple[str, str, str], ...] = (
    (
        "delivery {0}",
        "is {1}, but its last event says {2}",
        f"""
        SELECT d.id, d.status, coalesce(e.to_status, 'nothing') FROM {DELIVERIES} d
          LEFT JOIN (SELECT DISTINCT ON (delivery_id) delivery_id, to_status FROM {EVENTS}
                      ORDER BY delivery_id, id DESC) e ON e.delivery_id = d.id
         WHERE d.status IS DISTINCT FROM e.to_status ORDER BY 1
        """,
    ),
    (
        "delivery {0}",
        "waits to be e-mailed, but no job will send it: it is stuck",
        f"""
        SELECT d.id FROM {DELIVERIES} d
         WHERE d.status = 'queued' AND d.channel = 'email' AND d.id NOT IN (
               SELECT jsonb_array_elements_text(j.args -> 'delivery_ids')::bigint FROM procrastinate_jobs j
                WHERE j.task_name = 'delivery.send_chunk' AND j.status IN ('todo', 'doing')) ORDER BY 1
        """,
    ),
    (
        "print batch {0}",
        "is pending, but no job writes its file: it is stuck",
        f"""
        SELECT b.number FROM {BATCHES} b
         WHERE b.status = 'pending'
           AND NOT {has_live_job("delivery.print_batch", argument="batch_id", equals="b.id")} ORDER BY 1
        """,
    ),
)


def list_delivery_breaches() -> Iterator[Breach]:
    """Every delivery and print batch whose state is not what its events and jobs say."""
    with connection.cursor() as cursor:
        for subject, problem, query in CHECKS:
            cursor.execute(query)
            for row in cursor.fetchall():
                yield Breach(7, subject.format(*row), problem.format(*row))
