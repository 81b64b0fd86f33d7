"""End payment links that nobody has paid: canceled by staff, or expired. Nothing else changes (DEM-16)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from tallystick.payments.core.link_rules import compute_link_state
from tallystick.payments.errors import LinkMissing, LinkNotOpen
from tallystick.payments.models import PaymentLink
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT


def cancel_link(link_id: int, *, at: datetime, actor: Actor) -> PaymentLink:
    """Let a link be paid no more. A payment under way on it is still booked. Refuses LinkMissing and LinkNotOpen."""
    actor.require(PAYMENTS_COLLECT)
    with transaction.atomic():
        link = PaymentLink.objects.select_for_update(no_key=True).filter(pk=link_id).first()
        if link is None:
            raise LinkMissing(link=link_id)
        state = compute_link_state(link.state, expires_at=link.expires_at, at=at)
        if state != "open":
            raise LinkNotOpen(state=state)
        link.state, link.canceled_at = "canceled", at
        link.save(update_fields=["state", "canceled_at"])
    return link


def expire_links(link_ids: Sequence[int], *, at: datetime, actor: Actor) -> int:
    """Write down that the time of open links is over; return how many."""
    actor.require(PAYMENTS_COLLECT)
    over = PaymentLink.objects.filter(pk__in=list(link_ids), state="open", expires_at__lte=at)
    return over.update(state="expired")
