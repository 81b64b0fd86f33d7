"""Where an account stands with what it subscribed to, as one word (DEM 1.8): worked out, never stored."""

from collections.abc import Sequence
from typing import NamedTuple

NONE, PENDING, ACTIVE, PAST_DUE, CANCELED = "none", "pending", "active", "past_due", "canceled"
STANDINGS: tuple[str, ...] = (NONE, PENDING, ACTIVE, PAST_DUE, CANCELED)
#: In these, what they have is theirs to use: a debt takes nothing away before its period is over (DEM-51).
WITH_ACCESS: frozenset[str] = frozenset({ACTIVE, PAST_DUE, CANCELED})

_RUNNING_UNPAID = ("past_due", "unpaid")
_OVER = ("canceled", "expired")


class Agreed(NamedTuple):
    """A subscription as its standing asks for it; `is_canceling` says that it ends by a cancellation to come."""

    status: str
    is_canceling: bool = False


def tell_standing(agreed: Sequence[Agreed], *, is_managed: bool, is_checking_out: bool) -> str:
    """One of STANDINGS. What is worst for the customer comes first; a managed account is in force whatever it owes.

    `is_checking_out` says that a first payment is under way.
    """
    if is_managed:
        return ACTIVE
    running = [each for each in agreed if each.status not in ("draft", *_OVER)]
    if not running:
        return PENDING if is_checking_out else NONE
    if all(each.is_canceling for each in running):
        return CANCELED
    if any(each.status in _RUNNING_UNPAID for each in running):
        return PAST_DUE
    return ACTIVE
