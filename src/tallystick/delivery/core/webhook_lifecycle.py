"""The states of a webhook message: one mapping and one function."""

from tallystick.delivery.errors import WrongWebhookState

MESSAGE_STATUSES: tuple[str, ...] = ("waiting", "delivered", "failed", "dropped")

TRANSITIONS: dict[tuple[str, str], str] = {
    ("waiting", "take"): "delivered",
    ("waiting", "retry"): "waiting",
    ("waiting", "give_up"): "failed",
    ("waiting", "hurry"): "waiting",  # by hand: its next try is now
    ("waiting", "drop"): "dropped",  # its endpoint was switched off or removed
    ("delivered", "replay"): "waiting",
    ("failed", "replay"): "waiting",
    ("dropped", "replay"): "waiting",
}


def apply_message_event(status: str, *, event: str, message: str = "") -> str:
    """Return the status after `event`, or refuse (WrongWebhookState)."""
    following = TRANSITIONS.get((status, event))
    if following is None:
        raise WrongWebhookState(message=message, status=status, event=event)
    return following
