"""Append what happened to a subscription."""

from datetime import datetime

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.outbox import announce
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService


def record_event(
    subscription: Subscription,
    *,
    event: str,
    from_status: str,
    at: datetime,
    actor: Actor,
    reason: str = "",
    service: SubscriptionService | None = None,
) -> None:
    """Write down that `event` led from `from_status` to the status of the subscription, or of the service it names.

    In the transaction that did it.
    """
    SubscriptionEvent.objects.create(
        subscription=subscription,
        subscription_service=service,
        event=event,
        from_status=from_status,
        to_status=service.status if service else subscription.status,
        at=at,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        reason=reason,
    )
    is_moved = service is None and from_status != subscription.status
    happened = "create" if event == "create" else f"become_{subscription.status}" if is_moved else "change"
    previous = {"status": from_status} if is_moved and from_status else {}
    announce("subscription", [subscription.pk], event=happened, at=at, previous=previous)
