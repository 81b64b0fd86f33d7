"""Release holds: their draft was posted or canceled."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.credit.models import Hold
from tallystick.plumbing.statements import run_sql

HOLDS = Hold._meta.db_table


def release_holds(purposes: Sequence[str], *, at: datetime) -> int:
    """Release every live hold of these purposes; return how many there were."""
    if not purposes:
        return 0
    return run_sql(
        f"UPDATE {HOLDS} SET released_at = %s WHERE purpose = ANY(%s) AND released_at IS NULL", [at, list(purposes)]
    )
