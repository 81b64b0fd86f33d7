"""The bill run's states (ZUO 2.2): one mapping and one function."""

from tallystick.invoicing.errors import WrongRunState

RUN_STATUSES: tuple[str, ...] = (
    "pending",
    "paused",
    "running",
    "completed",
    "failed",
    "posting",
    "posted",
    "canceling",
    "canceled",
)
ACCOUNT_STATUSES: tuple[str, ...] = (
    "due",
    "drafted",
    "drawn",
    "nothing_due",
    "failed",
    "not_renewed",
    "dropped",
    "awaiting_funds",
    "posted",
    "caught_up",
)

TRANSITIONS: dict[tuple[str, str], str] = {
    ("pending", "pause"): "paused",
    ("paused", "resume"): "pending",
    ("pending", "change"): "pending",
    ("paused", "change"): "paused",
    ("pending", "start"): "running",
    ("running", "complete"): "completed",
    ("running", "fail"): "failed",
    ("pending", "cancel"): "canceling",
    ("paused", "cancel"): "canceling",
    ("completed", "cancel"): "canceling",
    ("canceling", "finish_cancel"): "canceled",
    ("completed", "post"): "posting",
    ("posting", "finish_post"): "posted",
    ("posting", "fail_post"): "completed",
}

ADVICE: dict[tuple[str, str], str] = {
    ("posted", "post"): "it is posted already",
    ("posting", "post"): "it is being posted right now",
    ("posted", "cancel"): "its invoices are posted; correct them by credit notes",
    ("posting", "cancel"): "it is being posted; posted invoices are corrected by credit notes",
    ("running", "cancel"): "it is drafting; wait until it is completed",
    ("running", "post"): "it is still drafting; wait until it is completed and review it",
    ("pending", "post"): "it has not run yet",
    ("running", "pause"): "it is drafting already",
    ("failed", "post"): "every account failed; there is nothing to post",
    ("canceled", "post"): "it was canceled",
    ("canceled", "cancel"): "it was canceled before",
}

# Refused now, and possible by itself once the run has gone on.
PASSING: frozenset[tuple[str, str]] = frozenset({("pending", "post"), ("running", "post"), ("running", "cancel")})


def apply_run_event(status: str, *, event: str, number: str = "") -> str:
    """Return the status after `event`, or refuse with what to do instead (WrongRunState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongRunState(
            number=number,
            status=status,
            event=event,
            advice=ADVICE.get((status, event), ""),
            can_retry=(status, event) in PASSING,
        )
    return following


def require_under_review(status: str, *, event: str, number: str = "") -> None:
    """Refuse a change of a run's drafts unless it is completed: drafted, and nothing of it being posted."""
    if status != "completed":
        raise WrongRunState(
            number=number, status=status, event=event, advice="only a completed run can still be changed"
        )
