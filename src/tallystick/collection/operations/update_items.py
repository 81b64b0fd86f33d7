"""Write what became of items, set-based."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from django.db import connection

from tallystick.collection.models import PaymentRunItem

ITEMS = PaymentRunItem._meta.db_table


class ItemChange(NamedTuple):
    """What an item becomes; what is None stays as it is. A change with an attempt counts one try."""

    item_id: int
    status: str
    reason_code: str = ""
    charged_minor: int | None = None
    attempt_id: int | None = None
    follow_up: str | None = None
    note: str | None = None


def update_items(changes: Sequence[ItemChange]) -> None:
    """Apply changes to items that the caller has locked."""
    if not changes:
        return
    columns = [list(column) for column in zip(*changes, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            UPDATE {ITEMS} i SET status = c.status, reason_code = c.reason_code,
                   charged_minor = coalesce(c.charged_minor, i.charged_minor),
                   attempt_id = coalesce(c.attempt_id, i.attempt_id),
                   tries = i.tries + (c.attempt_id IS NOT NULL)::int,
                   follow_up = coalesce(c.follow_up, i.follow_up), note = coalesce(c.note, i.note)
              FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
                   AS c (id, status, reason_code, charged_minor, attempt_id, follow_up, note)
             WHERE i.id = c.id
            """,
            columns,
        )


def add_credited(run_id: int, *, received: Mapping[int, int]) -> None:
    """Note on a run's items what customer credit paid of their documents (id -> minor units)."""
    if not received:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ITEMS} i SET credited_minor = i.credited_minor + r.amount"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS r (document_id, amount)"
            " WHERE i.document_id = r.document_id AND i.run_id = %s",
            [list(received), list(received.values()), run_id],
        )
