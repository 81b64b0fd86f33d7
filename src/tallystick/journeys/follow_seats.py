"""Whether billing is in line with the seats, and the one e-mail that tells when it is not (DEM-45)."""

from collections.abc import Collection
from datetime import datetime

from tallystick.collection.operations.follow_seat_charges import follow_seat_charges
from tallystick.delivery.core.selection import Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import DELIVERIES_SEND


def follow_seats(
    *, at: datetime, actor: Actor, account_ids: Collection[int] | None = None, refused: Collection[int] = ()
) -> list[int]:
    """Let seats follow their money; return the documents whose failure was found now.

    Each is mailed then, once: an e-mail with an invoice says that its charge failed, and leads to where it is paid.
    """
    failed = follow_seat_charges(at=at, account_ids=account_ids, refused=refused)
    if failed:
        able = actor.also_allowed(DELIVERIES_SEND)
        queue_deliveries(Selection(document_ids=tuple(failed)), at=at, actor=able, is_repeat=True)
    return failed
