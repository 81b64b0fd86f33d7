"""When a bill run will be completed and posted, as far as can be told before (ZUO-49). Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, Decimal
from typing import NamedTuple

#: While nothing was measured: slower than what one worker does.
USUAL_ACCOUNTS_A_SECOND = Decimal(100)
#: While too few were posted by hand: a bill run at midnight, reviewed and posted at eight (ZUO-45).
USUAL_REVIEW = timedelta(hours=8)
#: So many reviews are a habit; fewer say only that one may take longer than usual, never that it takes less.
REVIEWS_TO_TRUST = 3
#: Nobody reviews in less, whatever was measured: a test's posting, or a clock that stood still.
SHORTEST_REVIEW = timedelta(hours=1)
#: What is offered instead: posted at eight, collected at eleven (ZUO-45).
OFFERED_HOURS = 3


class PastRun(NamedTuple):
    """An earlier bill run: how many accounts it looked at, and when it began, was completed and was posted."""

    accounts: int
    started_at: datetime
    completed_at: datetime
    posted_at: datetime


class RunAhead(NamedTuple):
    """A bill run that is not posted yet. What has not happened is None; `auto_posts`: nobody reviews it."""

    begins_at: datetime
    completed_at: datetime | None
    accounts: int
    auto_posts: bool


def estimate_posting(run: RunAhead, *, past: Sequence[PastRun], at: datetime) -> datetime:
    """When it will be posted: drafted at the last runs' rate, reviewed for as long as they were at most.

    What should have happened by `at` and has not is expected at once. 90,000 accounts at 50 a second from midnight are
    drafted at 00:30; three runs before were reviewed for 5, 6 and 7 hours: posted at 07:30.
    """
    completed_at = run.completed_at or max(at, run.begins_at + _estimate_drafting(run.accounts, past))
    return max(at, completed_at + (timedelta(0) if run.auto_posts else _estimate_review(past)))


def _estimate_review(past: Sequence[PastRun]) -> timedelta:
    shortest = SHORTEST_REVIEW if len(past) >= REVIEWS_TO_TRUST else USUAL_REVIEW
    return max([shortest, *(each.posted_at - each.completed_at for each in past)])


def _estimate_drafting(accounts: int, past: Sequence[PastRun]) -> timedelta:
    seconds = sum(Decimal((each.completed_at - each.started_at) // timedelta(seconds=1)) for each in past)
    looked_at = sum(each.accounts for each in past)
    # a clock that stood still while a run was made measured nothing
    rate = Decimal(looked_at) / seconds if seconds and looked_at else USUAL_ACCOUNTS_A_SECOND
    return timedelta(seconds=int((Decimal(accounts) / rate).to_integral_value(ROUND_CEILING)))
