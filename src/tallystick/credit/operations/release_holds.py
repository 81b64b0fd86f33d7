"""Release holds: their draft was posted or canceled."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.credit.models import Hold


def release_holds(purposes: Sequence[str], *, at: datetime) -> int:
    """Release every live hold of these purposes; return how many there were. A released hold stays released.

    A step of a larger operation, which has asked its actor and holds the accounts' locks.
    """
    if not purposes:
        return 0
    return Hold.objects.filter(purpose__in=list(purposes), released_at__isnull=True).update(released_at=at)
