"""Note what was changed about a seller."""

from collections.abc import Iterable
from datetime import datetime

from tallystick.plumbing.actor import Actor
from tallystick.sellers.models import Seller, SellerEvent

LONGEST_DETAIL = 300


def record_seller_event(seller: Seller, *, event: str, details: Iterable[str], at: datetime, actor: Actor) -> None:
    """Append one event. A step of a larger operation, in its transaction, which has asked its actor."""
    SellerEvent.objects.create(
        seller=seller,
        event=event,
        detail=", ".join(details)[:LONGEST_DETAIL],
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
