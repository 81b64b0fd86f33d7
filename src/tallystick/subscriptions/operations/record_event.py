"""Append what happened to a subscription."""

from datetime import datetime

from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.models import Subscription, SubscriptionEvent


def record_event(
    subscription: Subscription, *, event: str, from_status: str, at: datetime, actor: Actor, reason: str = ""
) -> None:
    """Write down that `event` led from `from_status` to the subscription's status, in the transaction that did it."""
    SubscriptionEvent.objects.create(
        subscription=subscription,
        event=event,
        from_status=from_status,
        to_status=subscription.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason,
    )
