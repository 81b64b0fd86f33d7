"""The states of one refund: one mapping and one function. What may have been sent is never taken for undone.

A refund that was given to the gateway can still fail days later: the money is then back with us (R20).
"""

from tallystick.payments.errors import WrongRefundState

REFUND_STATUSES: tuple[str, ...] = ("created", "submitting", "unknown", "pending", "succeeded", "failed", "canceled")
#: The credit came back to the account: nothing left, or it is here again.
RETURNED: frozenset[str] = frozenset({"failed", "canceled"})
#: Somebody has to look what became of it.
UNSETTLED: frozenset[str] = frozenset({"created", "submitting", "unknown", "pending"})

NEWS: dict[str, str] = {f"is_{status}": status for status in ("pending", "succeeded", "failed", "canceled")}

TRANSITIONS: dict[tuple[str, str], str] = {
    ("created", "send"): "submitting",
    ("created", "await_transfer"): "pending",
    ("submitting", "not_sent"): "created",
    ("submitting", "refused"): "failed",
    ("submitting", "no_answer"): "unknown",
    ("unknown", "send"): "submitting",
    # answers to a second send prove nothing about the first
    ("unknown", "refused"): "unknown",
    ("unknown", "not_sent"): "unknown",
    ("unknown", "no_answer"): "unknown",
    **{
        (status, event): new
        for status in ("created", "submitting", "unknown", "pending")
        for event, new in NEWS.items()
    },
    # an answer that came twice, or after the truth was looked up, says nothing new
    **{
        (status, answer): status
        for status in ("pending", "succeeded", "failed", "canceled")
        for answer in ("refused", "not_sent", "no_answer")
    },
    ("created", "not_sent"): "created",
    # the gateway's word of a refund that had gone through: the payer's bank sent it back
    ("succeeded", "is_failed"): "failed",
    **{(status, f"is_{status}"): status for status in ("succeeded", "failed", "canceled")},
    ("succeeded", "is_pending"): "succeeded",
    ("failed", "is_pending"): "failed",
    ("canceled", "is_pending"): "canceled",
}


def apply_refund_event(status: str, *, event: str) -> str:
    """Return the status after `event`, which may be the same, or refuse (WrongRefundState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongRefundState(status=status, event=event)
    return following
