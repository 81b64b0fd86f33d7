"""Mail or e-mail what a payment run took and what was not delivered yet, once its failures are followed up (ZUO-50)."""

from collections.abc import Sequence
from datetime import datetime

from tallystick.collection.errors import PaymentRunNotFollowedUp
from tallystick.collection.queries.runs import get_payment_run_progress, list_document_ids
from tallystick.delivery.core.selection import Queued, Selection
from tallystick.delivery.operations.queue_deliveries import queue_deliveries
from tallystick.delivery.queries.undelivered import list_undelivered
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import DELIVERIES_SEND

NOTHING = Queued(0, 0, 0, 0, 0)


def deliver_payment_run(run_id: int, *, at: datetime, actor: Actor, channels: Sequence[str] = ()) -> Queued:
    """Ask for the delivery of the run's invoices that nobody was sent: after an auto-email only the rest.

    Without `channels` each account's preference decides. Refuses PaymentRunNotFollowedUp while a failure is open or the
    run is at work: a message then could say what is no longer so in an hour.
    """
    actor.require(DELIVERIES_SEND)
    progress = get_payment_run_progress(run_id)
    if progress.status != "completed" or progress.open_failures:
        raise PaymentRunNotFollowedUp(number=progress.number, status=progress.status, open=progress.open_failures)
    document_ids = list_undelivered(list_document_ids(run_id))
    if not document_ids:
        return NOTHING
    return queue_deliveries(Selection(document_ids=tuple(document_ids)), channels=channels, at=at, actor=actor)
