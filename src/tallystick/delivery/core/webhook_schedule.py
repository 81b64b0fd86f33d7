"""When a webhook is sent again: ten tries over three days, spread a little; and what an answer means for that."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple

#: How long after each failed try the next one comes.
WAITS: Final[tuple[timedelta, ...]] = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
MOST_TRIES: Final = len(WAITS) + 1
LONGEST_RETRY_AFTER: Final = timedelta(hours=24)
TELL_OWNER_AFTER: Final = timedelta(days=1)
DISABLE_AFTER: Final = timedelta(days=5)

GONE: Final = 410
SLOW_DOWN: Final = frozenset({429, 502, 504})
SLOWER_BY: Final = 2
SPREAD_PERCENT: Final = 20


class Heard(NamedTuple):
    """What came back of a try: an HTTP status (None: no answer) and the problem in words, "" when it was taken."""

    http_status: int | None
    problem: str = ""
    retry_after: timedelta | None = None


def is_taken(http_status: int | None) -> bool:
    """Only 2xx means that the receiver has it; a redirect is not followed and counts as a failure."""
    return http_status is not None and 200 <= http_status < 300


def find_next_try(*, tries: int, at: datetime, heard: Heard, spread: int) -> datetime | None:
    """When to try again after `tries` failed tries, the last at `at`; None when it is given up.

    `spread` is any whole number, different for each message: it moves the instant by up to a fifth either way, so that
    a receiver that comes back is not hit by everything at once. A longer Retry-After of the receiver is respected.
    """
    if tries >= MOST_TRIES or heard.http_status == GONE:
        return None
    wait = WAITS[tries - 1]
    if heard.http_status in SLOW_DOWN:
        wait *= SLOWER_BY
    wait += wait * (spread % (2 * SPREAD_PERCENT + 1) - SPREAD_PERCENT) / 100
    if heard.retry_after is not None:
        wait = max(wait, min(heard.retry_after, LONGEST_RETRY_AFTER))
    return at + wait


def read_retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """The receiver's wish in seconds; a date or nonsense is no wish."""
    text = headers.get("retry-after", "")
    return timedelta(seconds=int(text)) if text.isdecimal() and len(text) < 8 else None
