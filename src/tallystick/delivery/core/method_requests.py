"""When a customer is asked for a new payment method: at once, and again after 3, 7 and 14 days. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

#: Days after the need arose.
STEPS: tuple[int, ...] = (0, 3, 7, 14)
#: A step that is later than this is not sent any more: who looks after a year's pause writes to nobody.
LATEST = timedelta(days=7)
#: People are written to between these hours of the day, where the seller is.
FIRST_HOUR, LAST_HOUR = 8, 20


class Occasion(StrEnum):
    """Why they are asked. Failed: this method won't do. Unconfirmed: the bank wants the customer to confirm."""

    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    EXPIRING = "expiring"


#: A charge that failed is told rather than that its card expires.
PRESSING: tuple[Occasion, ...] = (Occasion.FAILED, Occasion.UNCONFIRMED)


class Need(NamedTuple):
    """An account needs a new method since a day. `told` are the days on which its customer was asked about this
    already; `is_mailed_today` says that an e-mail with an invoice has told them of the failure this very day."""

    account_id: int
    recipient: str
    method_id: int
    occasion: Occasion
    since: date
    told: Sequence[date] = ()
    is_mailed_today: bool = False


class Due(NamedTuple):
    """What is to be sent today: for which need, and which step of it, in days."""

    need: Need
    step: int


def find_due_step(need: Need, *, on: date) -> int | None:
    """The step to send on a day: the latest whose day has come, unless it was sent, something was sent that day, or it
    is a week late. Skipped days are not made up for: of several steps only the latest is sent."""
    told = [each for each in need.told if each >= need.since]
    reached = [step for step in STEPS if need.since + timedelta(days=step) <= on]
    if not reached or on in told or need.is_mailed_today:
        return None
    due_on = need.since + timedelta(days=reached[-1])
    if on > due_on + LATEST or any(each >= due_on for each in told):
        return None
    return reached[-1]


def choose_due(needs: Collection[Need], *, on: date) -> list[Due]:
    """What is sent on a day: to an account one message at most, rather of a failed charge than of a card."""
    found: dict[int, Need] = {}
    for need in sorted(needs, key=lambda each: (each.occasion not in PRESSING, each.since)):
        found.setdefault(need.account_id, need)
    steps = ((need, find_due_step(need, on=on)) for need in found.values())
    return [Due(need, step) for need, step in steps if step is not None]


def is_office_hour(hour: int) -> bool:
    """Whether people are written to at this hour of their day."""
    return FIRST_HOUR <= hour < LAST_HOUR
