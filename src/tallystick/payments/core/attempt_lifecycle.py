"""The states of one try to move one amount once: one mapping and one function.

Two rules hold everywhere. What may have been executed never goes back to `created` and is never sent under another key;
and late truth wins: a success that the gateway reports is booked, whatever we had called the attempt by then.
"""

from tallystick.payments.errors import WrongAttemptState

ATTEMPT_STATUSES: tuple[str, ...] = (
    "created",
    "submitting",
    "unknown",
    "action_required",
    "processing",
    "succeeded",
    "failed",
    "canceled",
    "expired",
    "not_executed",
)
FINAL: frozenset[str] = frozenset({"succeeded", "failed", "canceled", "expired", "not_executed"})
LIVE: frozenset[str] = frozenset(ATTEMPT_STATUSES) - FINAL

#: What the gateway may report about the payment, as an event.
NEWS: dict[str, str] = {
    f"is_{status}": status for status in ("action_required", "processing", "succeeded", "failed", "canceled", "expired")
}
#: Answers that tell nothing about the payment itself.
ANSWERS: tuple[str, ...] = ("refused", "not_sent", "no_answer", "not_found")
EVENTS: tuple[str, ...] = ("send", *ANSWERS, "give_up", "withdraw", *NEWS)

_SENT = ("submitting", "unknown", "action_required", "processing")

TRANSITIONS: dict[tuple[str, str], str] = {
    ("created", "send"): "submitting",
    ("created", "give_up"): "not_executed",
    ("created", "withdraw"): "canceled",
    ("created", "not_sent"): "created",  # the same answer, applied twice
    # answers to the first send
    ("submitting", "refused"): "failed",
    ("submitting", "not_sent"): "created",
    ("submitting", "no_answer"): "unknown",
    ("submitting", "give_up"): "not_executed",
    # answers to a replay or a look-up prove nothing about the first send, save that it was looked for long enough
    ("unknown", "refused"): "unknown",
    ("unknown", "not_sent"): "unknown",
    ("unknown", "no_answer"): "unknown",
    ("unknown", "not_found"): "not_executed",
    # a slow answer, or a look-up that failed, after the gateway has already told more
    **{(status, event): status for status in ("action_required", "processing", *FINAL) for event in ANSWERS},
    # the gateway's own word; what it knows was sent, even where we believed otherwise
    **{(status, event): new for status in ("created", *_SENT) for event, new in NEWS.items()},
    **{(status, event): status for status in FINAL for event in NEWS},
    **{(status, "is_succeeded"): "succeeded" for status in FINAL},
}


def apply_attempt_event(status: str, *, event: str) -> str:
    """Return the status after `event`, which may be the same, or refuse (WrongAttemptState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongAttemptState(status=status, event=event, field="status")
    return following
