"""The states of one try to move one amount once: a mapping and a function. Late truth wins."""

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

_SNAPSHOT = ("action_required", "processing", "succeeded", "failed", "canceled", "expired")

TRANSITIONS: dict[tuple[str, str], str] = {
    ("created", "send"): "submitting",
    ("submitting", "resend"): "submitting",
    ("unknown", "resend"): "unknown",
    # answers to the first send
    ("submitting", "refused"): "failed",
    ("submitting", "not_sent"): "created",
    ("submitting", "no_answer"): "unknown",
    # answers to a replay prove nothing about the first send
    ("unknown", "refused"): "unknown",
    ("unknown", "not_sent"): "unknown",
    ("unknown", "no_answer"): "unknown",
    ("unknown", "give_up"): "not_executed",
    ("created", "give_up"): "not_executed",
    **{
        (state, f"is_{new}"): new
        for state in ("submitting", "unknown", "action_required", "processing")
        for new in _SNAPSHOT
    },
    # a success reported late is booked, whatever we had called it
    **{(state, "is_succeeded"): "succeeded" for state in FINAL},
}


def apply_attempt_event(status: str, *, event: str) -> str:
    """Return the status after `event`, or refuse (WrongAttemptState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongAttemptState(status=status, event=event, field="status")
    return following
