"""When an attempt is looked at again, and when looking ends. Pure; every state that is not final has such a time."""

from datetime import datetime, timedelta

#: A call under way is taken for lost after this long: longer than any gateway's time-out.
IN_FLIGHT = timedelta(minutes=2)
#: An attempt that was certainly not carried out is sent at most so often, and not after so long.
MAX_SENDS = 5
SEND_DEADLINE = timedelta(hours=24)
#: Nothing was carried out when the gateway's list did not show it so often, and so long after the last send.
MISSES_TO_GIVE_UP = 3
QUIET_TIME = timedelta(hours=6)

_RESEND_AFTER = timedelta(minutes=5)
_UNKNOWN_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 30, 60, 120, 240, 480))
# a page waits for its customer, who may have paid and not come back
_PAGE_AFTER = tuple(timedelta(minutes=minutes) for minutes in (5, 10, 20, 30, 60, 120, 240))
_DAILY = timedelta(days=1)
# gateways have been reported to refuse a charge and to carry it out all the same: look once, an hour later (R17)
_REFUSED_AFTER = timedelta(hours=1)
_REFUSED_LOOKS = 3


def compute_next_look(status: str, *, at: datetime, sends: int, looks: int) -> datetime | None:
    """When to look again after `looks` looks in this status; None when there is nothing to wait for.

    What was not sent is sent again after 5, 10, 20, 40 minutes. An unknown outcome is looked at soon, then more and
    more rarely, then daily without end, and so is a page; what a bank works on, daily; a refusal until a look is
    answered.
    """
    if status == "created":
        return at + _RESEND_AFTER * (1 << (max(sends, 1) - 1))
    if status == "submitting":
        return at + IN_FLIGHT
    if status == "unknown":
        return at + (_UNKNOWN_AFTER[looks] if looks < len(_UNKNOWN_AFTER) else _DAILY)
    if status == "action_required":
        return at + (_PAGE_AFTER[looks] if looks < len(_PAGE_AFTER) else _DAILY)
    if status == "processing":
        return at + _DAILY
    if status == "failed" and looks < _REFUSED_LOOKS:
        return at + _REFUSED_AFTER
    return None


def is_key_alive(first_sent_at: datetime, *, at: datetime, key_life_seconds: int) -> bool:
    """Whether a replay under the same key is safe: a sixth of its life, counted from the first send, is kept back.

    The gateway counts from when it saw the key first, and our message to it takes time as well.
    """
    return at < first_sent_at + timedelta(seconds=key_life_seconds * 5 // 6)


def is_given_up(*, misses: int, last_sent_at: datetime, at: datetime) -> bool:
    """Whether an unknown attempt counts as not executed: missed often enough over a long enough quiet time (R6)."""
    return misses >= MISSES_TO_GIVE_UP and at >= last_sent_at + QUIET_TIME


def is_too_late_to_send(created_at: datetime, *, at: datetime) -> bool:
    """Whether an attempt that was never carried out is too old to be sent: nobody expects the charge any more."""
    return at >= created_at + SEND_DEADLINE
