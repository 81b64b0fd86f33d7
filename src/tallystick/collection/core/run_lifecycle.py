"""The payment run's states (ZUO-41): one mapping and one function.

`failed` is a run that could not begin. One that has begun completes: what fails then is a charge, and is its item's.
"""

from tallystick.collection.errors import WrongPaymentRunState

PENDING, RUNNING, COMPLETED, FAILED, CANCELED = "pending", "running", "completed", "failed", "canceled"
RUN_STATUSES: tuple[str, ...] = (PENDING, RUNNING, COMPLETED, FAILED, CANCELED)

TRANSITIONS: dict[tuple[str, str], str] = {
    (PENDING, "start"): RUNNING,
    (PENDING, "cancel"): CANCELED,
    (PENDING, "fail"): FAILED,
    (RUNNING, "complete"): COMPLETED,
}

ADVICE: dict[tuple[str, str], str] = {
    (RUNNING, "cancel"): "it is charging; what it has not asked for yet can't be held back",
    (COMPLETED, "cancel"): "it has charged; money goes back by refunds",
    (FAILED, "cancel"): "it has ended",
    (CANCELED, "cancel"): "it was canceled before",
}


def apply_run_event(status: str, *, event: str, number: str = "") -> str:
    """Return the status after `event`, or refuse with what to do instead (WrongPaymentRunState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        advice = ADVICE.get((status, event), "its state does not allow it")
        raise WrongPaymentRunState(number=number, status=status, event=event, advice=advice, field="status")
    return following
