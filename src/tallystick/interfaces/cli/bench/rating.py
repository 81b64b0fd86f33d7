"""`bench rating`: what it takes to rate and rank an account with three services, beside an empty loop over the same.

Pure Python: no database. Counted is the time of the processor, so that whatever else the machine does matters little.
The garbage collector is off while it is measured, as it is in a chunk of a bill run.
"""

import gc
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from tallystick.interfaces.cli.bench.rated_accounts import TARGET_ON, RatedService, list_rated_accounts
from tallystick.rating.bill import rate_services
from tallystick.rating.charge import Charge
from tallystick.subscriptions.core.ranking import rank

MICROSECONDS = 1_000_000
#: The best of so many: others on the machine only make it slower.
ROUNDS = 3


class RatingFigures(NamedTuple):
    """Microseconds an account, the best of some rounds; charges and their sum tell that the work was done."""

    accounts: int
    charges: int
    total_minor: int
    empty_microseconds: float
    rated_microseconds: float

    @property
    def net_microseconds(self) -> float:
        """What rating and ranking cost alone."""
        return self.rated_microseconds - self.empty_microseconds


def measure_rating(accounts: int) -> RatingFigures:
    """Rank and rate the services of each account, and run an empty loop over the same tuples."""
    given = list_rated_accounts(accounts)
    charges = total = 0
    for services in given:  # once to count, which also fills the caches as a first chunk would
        for rated in _rate(services):
            charges += len(rated)
            total += sum(charge.amount_minor for charge in rated)
    empty = min(_time(_pass_over, given) for _ in range(ROUNDS))
    rated_in = min(_time(_rate, given) for _ in range(ROUNDS))
    scale = MICROSECONDS / accounts
    return RatingFigures(accounts, charges, total, empty * scale, rated_in * scale)


def _rate(services: Sequence[RatedService]) -> Sequence[Sequence[Charge]]:
    return rate_services([service.terms for service in rank(services)], TARGET_ON)


def _pass_over(services: Sequence[RatedService]) -> Sequence[RatedService]:
    for service in services:
        _ = service.terms
    return services


def _time(work: Callable[[Sequence[RatedService]], object], given: Sequence[Sequence[RatedService]]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = time.process_time()
        for services in given:
            work(services)
        return time.process_time() - started
    finally:
        gc.enable()
