"""Write down that an action was refused: the only trace that it leaves (CRM-25)."""

from datetime import datetime

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.record_event import record_event

LONGEST_REASON = 300


def record_refused_action(subscription_id: int, *, action: Action, told: str, at: datetime, actor: Actor) -> None:
    """Append an event with what was asked and what was told. Nothing for a subscription that does not exist.

    A step of a larger operation, which asked its actor, after its transaction was given up.
    """
    kind = KINDS.get(action.kind)
    with transaction.atomic():
        subscription = Subscription.objects.filter(pk=subscription_id).first()
        if subscription is None or kind is None:
            return
        record_event(
            subscription,
            event="refuse_action",
            from_status=subscription.status,
            at=at,
            actor=actor,
            reason=f"{kind.name} on {action.on}: {told}"[:LONGEST_REASON],
        )
