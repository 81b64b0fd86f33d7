"""The deactivation queue's states: one mapping and one function (CRM 5.4)."""

from collections.abc import Mapping

from tallystick.subscriptions.errors import WrongCandidacy

#: Queued is up and waiting; cleared was renewed or ended; deactivated is off; restored is up again.
CANDIDATE_STATUSES: tuple[str, ...] = ("queued", "cleared", "deactivated", "restored")
CANDIDATE_REASONS: tuple[str, ...] = ("no_funds", "over_limit", "restricted", "no_prerequisite", "no_mandatory")
RUN_STATUSES: tuple[str, ...] = ("pending", "completed", "deleted")

REASONS_IN_WORDS: Mapping[str, str] = {
    "no_funds": "not enough money",
    "over_limit": "more than the limit leaves",
    "restricted": "staff stopped its renewals",
    "no_prerequisite": "the service it requires was not renewed",
    "no_mandatory": "a mandatory service of its subscription was not renewed",
}

CANDIDATE_TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("queued", "clear"): "cleared",
    ("queued", "deactivate"): "deactivated",
    ("deactivated", "restore"): "restored",
    ("deactivated", "clear"): "cleared",
}


def apply_candidate_event(status: str, *, event: str) -> str:
    """The status of a candidate after `event`; refuses what does not follow (WrongCandidacy)."""
    following = CANDIDATE_TRANSITIONS.get((status, event))
    if following is None:
        raise WrongCandidacy(status=status, event=event)
    return following
