"""The states of one invoice in a payment run, and of following up its failure: one mapping and one function each.

After it was charged an item says what its attempt says, in the words of the run: `find_event` translates.
"""

from tallystick.errors import InvariantBroken

DUE, SKIPPED, CREDITED = "due", "skipped", "credited"
COLLECTING, UNKNOWN, PROCESSING = "collecting", "unknown", "processing"
COLLECTED, FAILED = "collected", "failed"
ITEM_STATUSES: tuple[str, ...] = (DUE, SKIPPED, CREDITED, COLLECTING, UNKNOWN, PROCESSING, COLLECTED, FAILED)

#: A run waits for these; a processing one is handed to later: its outcome is days away (ZUO-40).
UNFINISHED: tuple[str, ...] = (DUE, COLLECTING, UNKNOWN)
#: Whose attempt may still move.
IN_FLIGHT: tuple[str, ...] = (COLLECTING, UNKNOWN, PROCESSING)

TRANSITIONS: dict[tuple[str, str], str] = {
    (DUE, "skip"): SKIPPED,
    (DUE, "credit"): CREDITED,
    (DUE, "charge"): COLLECTING,
    (FAILED, "charge"): COLLECTING,
    **{(status, "lose_sight"): UNKNOWN for status in IN_FLIGHT},
    **{(status, "wait"): PROCESSING for status in IN_FLIGHT},
    **{(status, "fail"): FAILED for status in IN_FLIGHT},
    # a success that the gateway reports late is a success
    **{(status, "collect"): COLLECTED for status in (*IN_FLIGHT, FAILED)},
}

#: From the state of an attempt to what happened to its item; what is not here has not happened yet.
EVENT_OF_ATTEMPT: dict[str, str] = {
    "unknown": "lose_sight",
    "processing": "wait",
    "action_required": "wait",
    "succeeded": "collect",
    "failed": "fail",
    "canceled": "fail",
    "expired": "fail",
    "not_executed": "fail",
}

OPEN, RETRIED, CLOSED = "open", "retried", "closed"
FOLLOW_UPS: tuple[str, ...] = ("", OPEN, RETRIED, CLOSED)

FOLLOW_UP_TRANSITIONS: dict[tuple[str, str], str] = {
    ("", "fail"): OPEN,
    (RETRIED, "fail"): OPEN,
    (OPEN, "retry"): RETRIED,
    (OPEN, "close"): CLOSED,
    # by the gateway's late word, or by a closed failure that was paid after all
    ("", "collect"): "",
    (OPEN, "collect"): CLOSED,
    (RETRIED, "collect"): RETRIED,
    (CLOSED, "collect"): CLOSED,
}


def apply_item_event(status: str, *, event: str) -> str:
    """Return the item's status after `event`; anything else is our own mistake (InvariantBroken)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise InvariantBroken(f"an item of a payment run that is {status} can't {event}")
    return following


def apply_follow_up_event(follow_up: str, *, event: str) -> str:
    """Return the state of following up after `event`; anything else is our own mistake (InvariantBroken)."""
    following = FOLLOW_UP_TRANSITIONS.get((follow_up, event))
    if following is None:
        raise InvariantBroken(f"a follow-up that is {follow_up or 'none'} can't {event}")
    return following


def find_event(status: str, *, attempt_status: str) -> str:
    """What the state of its attempt means for an item, "" when nothing new happened to it."""
    event = EVENT_OF_ATTEMPT.get(attempt_status, "")
    following = TRANSITIONS.get((status, event))
    return event if following is not None and following != status else ""
