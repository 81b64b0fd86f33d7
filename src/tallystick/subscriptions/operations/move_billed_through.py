"""Move the first unbilled day of services, by compare-and-set. Bill runs and repairs ask; nobody else writes it."""

from collections.abc import Sequence
from datetime import date

from django.db import connection

from tallystick.errors import InvariantBroken
from tallystick.plumbing.statements import as_array
from tallystick.subscriptions.models import SubscriptionService

SERVICES = SubscriptionService._meta.db_table


def move_billed_through(moves: Sequence[tuple[int, date, date]]) -> None:
    """Set `billed_through` of each (subscription service, from, to); every one must still stand at `from`.

    Runs inside the caller's transaction and under the lock of the accounts. Raises InvariantBroken when a service was
    moved by somebody else meanwhile, which the account's lock should have made impossible.
    """
    if not moves:
        return
    ids, from_ons, to_ons = zip(*moves, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {SERVICES} s SET billed_through = m.to_on"
            " FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS m (id, from_on, to_on)"
            " WHERE s.id = m.id AND s.billed_through = m.from_on",
            [as_array(ids), as_array(from_ons), as_array(to_ons)],
        )
        if cursor.rowcount != len(moves):
            raise InvariantBroken(
                f"{len(moves) - cursor.rowcount} of {len(moves)} services were billed by somebody else"
            )
