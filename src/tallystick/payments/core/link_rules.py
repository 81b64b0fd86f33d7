"""Payment links: their states, how long they live, and which page of a gateway is opened again. Pure."""

from datetime import datetime, timedelta

LINK_STATES: tuple[str, ...] = ("open", "paid", "canceled", "expired")

#: Where nobody says how long a link can be paid.
LINK_LIFE = timedelta(days=30)
#: A gateway's page that lives at least so long is shown again instead of another.
REUSABLE_FOR = timedelta(minutes=5)


def is_page_reusable(*, expires_at: datetime | None, at: datetime) -> bool:
    """Whether a customer who comes now still has time to pay on it; a page whose end is not known has."""
    return expires_at is None or expires_at >= at + REUSABLE_FOR


def compute_link_state(state: str, *, expires_at: datetime, at: datetime) -> str:
    """The state as it is at that instant: an open one expires by itself."""
    return "expired" if state == "open" and at >= expires_at else state
