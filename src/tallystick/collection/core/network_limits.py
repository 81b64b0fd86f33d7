"""What the card networks publish about charging a card again after it was declined. Facts, not settings. Pure.

Per card number and merchant; over these a merchant pays fees, or loses the right to charge cards.
"""

from typing import Final, NamedTuple


class NetworkLimit(NamedTuple):
    """At most so many tries of a card in so many days; `is_per_amount`: of the same amount only."""

    network: str
    tries: int
    days: int
    is_per_amount: bool


#: Visa allows 20 since April 2026 for declines that it calls reattemptable; older guides say 15, which we stay under.
NETWORK_LIMITS: Final[tuple[NetworkLimit, ...]] = (
    NetworkLimit("Visa", 15, 30, is_per_amount=True),
    NetworkLimit("Mastercard", 10, 1, is_per_amount=False),
    NetworkLimit("Mastercard", 35, 30, is_per_amount=True),
)
#: What the strictest network allows on one day: nobody goes over it, not even staff who try again at once.
MOST_A_DAY: Final[int] = min(each.tries for each in NETWORK_LIMITS if each.days == 1)
