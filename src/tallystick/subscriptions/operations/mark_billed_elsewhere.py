"""Take days of services for billed by another system, by compare-and-set: what a catch-up run does (ZUO-7)."""

from collections.abc import Sequence
from datetime import date

from tallystick.errors import InvariantBroken
from tallystick.plumbing.statements import as_array, run_sql
from tallystick.subscriptions.models import SubscriptionService

SERVICES = SubscriptionService._meta.db_table


def mark_billed_elsewhere(moves: Sequence[tuple[int, date, date]]) -> None:
    """Set the first unbilled day of each (subscription service, from, to), and say that what lies before is not ours.

    Runs inside the caller's transaction and under the lock of the accounts. Raises InvariantBroken when a service does
    not stand at `from`.
    """
    if not moves:
        return
    ids, from_ons, to_ons = zip(*moves, strict=True)
    touched = run_sql(
        f"UPDATE {SERVICES} s SET billed_through = m.to_on, billed_elsewhere_until = m.to_on"
        " FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS m (id, from_on, to_on)"
        " WHERE s.id = m.id AND s.billed_through = m.from_on",
        [as_array(ids), as_array(from_ons), as_array(to_ons)],
    )
    if touched != len(moves):
        raise InvariantBroken(f"{len(moves) - touched} of {len(moves)} services were moved by somebody else")
