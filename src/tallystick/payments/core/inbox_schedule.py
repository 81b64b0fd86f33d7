"""When a notice that could not be worked is tried again, and when trying ends (R9). Pure."""

from datetime import datetime, timedelta

#: A notice may overtake our own commit, or the gateway may not answer: it is tried for this long.
KEPT_TRYING = timedelta(days=2)
#: What was worked is kept this long, to tell what came when.
KEPT = timedelta(days=90)
#: A worker that took a notice and died is followed by another after this long.
LEASE = timedelta(minutes=2)

_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 3, 10, 30, 60, 180, 360))

#: waiting: to be worked; done: its payment was looked at; refused: it was about another payment than it proved;
#: unexplained: nobody knows whose payment it is about, a person looks.
NOTICE_STATUSES = ("waiting", "done", "refused", "unexplained")


def compute_next_try(*, received_at: datetime, at: datetime, tries: int) -> datetime | None:
    """When a notice is tried next after so many tries; None when two days are over and it is left to a person."""
    if at >= received_at + KEPT_TRYING:
        return None
    return at + _AFTER[min(tries, len(_AFTER)) - 1]
