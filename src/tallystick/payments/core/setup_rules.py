"""Set-ups of payment methods: their states, when to look at one again, and which method a mandate is. Pure."""

from datetime import datetime, timedelta

from tallystick.payments.core.answers import GatewayStatus

#: created: the gateway may have been asked · open: its page waits for the customer · the rest are final
SETUP_STATES: tuple[str, ...] = ("created", "open", "done", "failed", "canceled", "expired")
OPEN: tuple[str, ...] = ("created", "open")

#: A page that lives at least so long is opened again instead of another.
REUSABLE_FOR = timedelta(minutes=5)
_FIRST_LOOK, _LATER_LOOK = timedelta(minutes=5), timedelta(hours=1)
#: Where a gateway names no end of its page.
LONGEST_LIFE = timedelta(days=1)

_STATE_OF: dict[GatewayStatus, str] = {
    GatewayStatus.SUCCEEDED: "done",
    GatewayStatus.FAILED: "failed",
    GatewayStatus.CANCELED: "canceled",
    GatewayStatus.EXPIRED: "expired",
}


def settle_state(status: GatewayStatus) -> str:
    """The state of a set-up whose payment at the gateway has this status; open while nothing is decided."""
    return _STATE_OF.get(status, "open")


def compute_next_look(created_at: datetime, *, at: datetime) -> datetime:
    """When to look at an open page again: after five minutes for the first hour, then by the hour."""
    return at + (_FIRST_LOOK if at - created_at < _LATER_LOOK else _LATER_LOOK)
