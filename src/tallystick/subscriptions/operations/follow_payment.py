"""What money, or its failing, does to subscriptions: past due and back (DEM-51). Services go on in both."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.lifecycle import SUBSCRIPTION_TRANSITIONS, apply_subscription_event
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.record_event import record_event

FAILED, PAID = "become_past_due", "recover"


def become_past_due(subscription_ids: Collection[int], *, at: datetime, actor: Actor) -> list[int]:
    """Those of the subscriptions that are active become past due, and keep everything; return their ids.

    The event is the beginning of an episode: whoever tells the customer does it once for each.
    """
    return _move(subscription_ids, FAILED, "a renewal could not be collected", at, actor)


def recover(subscription_ids: Collection[int], *, at: datetime, actor: Actor) -> list[int]:
    """Those of the subscriptions that were past due are active again; return their ids."""
    return _move(subscription_ids, PAID, "what could not be collected is paid", at, actor)


def _move(ids: Collection[int], event: str, reason: str, at: datetime, actor: Actor) -> list[int]:
    actor.require(SUBSCRIPTIONS_WRITE)
    if not ids:
        return []
    before = [status for status, possible in SUBSCRIPTION_TRANSITIONS if possible == event]
    with transaction.atomic():
        found = Subscription.objects.select_for_update(no_key=True).filter(pk__in=list(ids), status__in=before)
        moved = list(found.order_by("pk"))
        for each in moved:
            was, each.status = each.status, apply_subscription_event(each.status, event=event)
            each.save(update_fields=["status"])
            record_event(each, event=event, from_status=was, at=at, actor=actor, reason=reason)
    return [each.pk for each in moved]
