"""Issue a one-off payment link (DEM-14). Issuing moves no money, opens no page and keeps no mandate."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.errors import InvariantBroken
from tallystick.payments.core.link_rules import LINK_LIFE
from tallystick.payments.errors import LinkRefused
from tallystick.payments.models import PaymentLink
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT


class NewLink(NamedTuple):
    """What it asks for, in minor units. `shares` name documents with their parts; none: paid in advance."""

    account_id: int
    amount_minor: int
    description: str
    shares: Sequence[tuple[str, int]] = ()
    expires_at: datetime | None = None


def create_link(new: NewLink, *, at: datetime, actor: Actor) -> PaymentLink:
    """Write the link down. Refuses LinkRefused for no amount, a past end, or no word of what it is for."""
    actor.require(PAYMENTS_COLLECT)
    expires_at = new.expires_at or at + LINK_LIFE
    if new.amount_minor < 1:
        raise LinkRefused(reason="the amount must be above zero", field="amount_minor")
    if expires_at <= at:
        raise LinkRefused(reason="it would have expired already", field="expires_at")
    if not new.description.strip():
        raise LinkRefused(reason="say what it is for; the customer reads it", field="description")
    if new.shares and sum(minor for _, minor in new.shares) != new.amount_minor:
        raise InvariantBroken("the parts of a payment link do not add up to it")
    return PaymentLink.objects.create(
        account_id=new.account_id,
        amount_minor=new.amount_minor,
        currency=Account.objects.values_list("currency", flat=True).get(pk=new.account_id),
        description=new.description.strip()[:200],
        purposes=[list(share) for share in new.shares],
        created_at=at,
        expires_at=expires_at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
    )
