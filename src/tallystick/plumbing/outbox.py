"""What happened, kept for those outside who want to hear of it: written in the transaction that did it, or not at all.

Operations announce; they don't know who listens. A job takes the entries out and passes them on, so that no transaction
waits for a stranger's server and nothing that was rolled back is ever told.
"""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import QuerySet

from tallystick.plumbing.jobs import enqueue
from tallystick.plumbing.models import OutboxEntry, OutboxReader
from tallystick.plumbing.statements import as_array, run_sql

READERS = OutboxReader._meta.db_table
ENTRIES = OutboxEntry._meta.db_table

NOTHING: Mapping[str, str] = MappingProxyType({})


def announce(
    topic: str,
    object_ids: Collection[int],
    *,
    event: str,
    at: datetime,
    previous: Mapping[str, str] = NOTHING,
) -> None:
    """Say that `event` happened to these objects at the business instant `at`, and what they were before.

    One row however many they are; none while nobody listens. Raises RuntimeError outside a transaction.
    """
    if not object_ids:
        return
    is_heard = run_sql(
        f"INSERT INTO {ENTRIES} (topic, event, object_ids, previous, happened_at)"
        f" SELECT %s, %s, %s::bigint[], %s::jsonb, %s WHERE EXISTS (SELECT 1 FROM {READERS})",
        [topic, event, as_array(object_ids), json.dumps(dict(previous)), at],
    )
    if is_heard:
        enqueue("outbox.pass_on", queue="delivery")


def start_reading(name: str) -> None:
    """From now on what happens is kept for `name`; saying it again changes nothing."""
    OutboxReader.objects.get_or_create(name=name)


def stop_reading(name: str) -> None:
    """Nothing is kept for `name` any more."""
    OutboxReader.objects.filter(name=name).delete()


def take_entries(*, limit: int) -> list[OutboxEntry]:
    """The oldest entries that nobody else is passing on; they are gone when the caller's transaction is committed."""
    entries: QuerySet[OutboxEntry] = OutboxEntry.objects.order_by("pk").select_for_update(skip_locked=True)
    taken = list(entries[:limit])
    OutboxEntry.objects.filter(pk__in=[entry.pk for entry in taken]).delete()
    return taken
