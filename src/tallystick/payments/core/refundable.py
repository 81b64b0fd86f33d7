"""How much of a payment can be given back, and when a refund is asked about again. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from tallystick.payments.core.refund_lifecycle import RETURNED

#: Looked at after a minute, then less and less often, as long as it takes.
LOOKS: tuple[timedelta, ...] = (
    timedelta(minutes=1),
    timedelta(minutes=15),
    timedelta(hours=2),
    timedelta(hours=12),
    timedelta(days=1),
)
#: Below the shortest life of a key that a gateway gives: until then the same call gives the same refund.
KEY_LIFE = timedelta(minutes=50)
#: It never went out when the gateway did not have it so often, and so long after it was sent.
MISSES_TO_GIVE_UP = 3
QUIET_TIME = timedelta(hours=24)


class GivenBack(NamedTuple):
    """A refund or dispute of a payment, in minor units. `is_undone`: it failed, or the money was given back to us."""

    amount_minor: int
    is_undone: bool


def compute_refundable(amount_minor: int, *, given_back: Iterable[GivenBack]) -> int:
    """What is left of a payment after its refunds and disputes that stand; never below 0."""
    return max(amount_minor - sum(each.amount_minor for each in given_back if not each.is_undone), 0)


def is_undone(status: str) -> bool:
    """Whether a refund in this status holds nothing back any more."""
    return status in RETURNED


def find_next_look(looks: int, *, at: datetime) -> datetime:
    """When to look again at a refund that was looked at so often without an end."""
    return at + LOOKS[min(looks, len(LOOKS) - 1)]


def may_send_again(first_sent_at: datetime, *, at: datetime) -> bool:
    """Whether the same call would still give the same refund and no second one."""
    return at < first_sent_at + KEY_LIFE


def is_given_up(first_sent_at: datetime, *, misses: int, at: datetime) -> bool:
    """Whether a refund counts as never made: the gateway showed the payment without it often enough, and long after
    anything could still be sent (R6, R20)."""
    return misses >= MISSES_TO_GIVE_UP and at >= first_sent_at + QUIET_TIME
