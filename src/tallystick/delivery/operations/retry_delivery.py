"""Try a failed or bounced e-mail again, to the address that the account has now or to one that is typed."""

from datetime import datetime

from django.db import transaction

from tallystick.delivery.core.lifecycle import apply_delivery_event
from tallystick.delivery.errors import RecipientNotValid
from tallystick.delivery.models import Delivery
from tallystick.delivery.operations.queue_deliveries import enqueue_emails
from tallystick.delivery.operations.record_delivery_events import record_delivery_events
from tallystick.delivery.queries.deliveries import find_address, get_delivery
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import DELIVERIES_SEND
from tallystick.sellers.core.email_addresses import is_email


def retry_delivery(delivery_id: int, *, at: datetime, actor: Actor, recipient: str = "") -> Delivery:
    """Queue a failed or bounced delivery again. Refuses others, and while there is no address to send it to."""
    actor.require(DELIVERIES_SEND)
    with transaction.atomic():
        delivery = get_delivery(delivery_id, is_locked=True)
        apply_delivery_event(delivery.status, event="retry", delivery_id=delivery.pk)
        address = recipient or find_address(delivery.account_id)
        if not is_email(address):
            raise RecipientNotValid(recipient=address, field="recipient")
        delivery.status = record_delivery_events(
            [delivery.pk], event="retry", from_status=delivery.status, at=at, actor=actor, reason=delivery.reason
        )
        delivery.recipient, delivery.reason, delivery.sent_at = address, "", None
        delivery.save(update_fields=["status", "recipient", "reason", "sent_at"])
        enqueue_emails([delivery.pk], actor=actor)
    return delivery
