"""The states of an action that waits for its day (CRM-26): one mapping and one function. Pure."""

from collections.abc import Mapping

from tallystick.subscriptions.errors import ScheduledActionOver

SCHEDULED, DONE, REFUSED, CANCELED = "scheduled", "done", "refused", "canceled"
#: Scheduled waits for its day; refused was tried on its day, left nothing behind, and is not tried again.
SCHEDULED_ACTION_STATUSES: tuple[str, ...] = (SCHEDULED, DONE, REFUSED, CANCELED)

SCHEDULED_ACTION_TRANSITIONS: Mapping[tuple[str, str], str] = {
    (SCHEDULED, "do"): DONE,
    (SCHEDULED, "refuse"): REFUSED,
    (SCHEDULED, "cancel"): CANCELED,
}


def apply_scheduled_event(status: str, *, event: str) -> str:
    """The status of a scheduled action after `event`; refuses what does not follow (ScheduledActionOver)."""
    following = SCHEDULED_ACTION_TRANSITIONS.get((status, event))
    if following is None:
        raise ScheduledActionOver(status=status, event=event)
    return following
