"""What an account's subscriptions become when it turns managed (DEM-6): in force, invoiced, without an end."""

from datetime import datetime

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.lifecycle import SUBSCRIPTION_TRANSITIONS, apply_subscription_event
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.lock_subscription import CHANGEABLE_STATUSES
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.take_back_cancellation import clear_end
from tallystick.subscriptions.queries.scheduled_ends import TAKEN_BACK, is_canceling

#: What brings a subscription in force that waited for money or was only tried.
_INTO_FORCE = ("recover", "convert")


def keep_without_card(account_id: int, *, reason: str, at: datetime, actor: Actor) -> list[Subscription]:
    """Bring the running subscriptions of an account in force, and let nothing of them be charged by itself any more.

    Past due ones and trials become active; a cancellation that waits for its day, and the end of a trial, are cleared;
    a term that was agreed stays. Prices and services stay as they are (DEM-1). Repeatable. Returns those that changed.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        running = Subscription.objects.select_for_update(no_key=True).filter(
            account_id=account_id, status__in=[*CHANGEABLE_STATUSES, "unpaid"]
        )
        return [each for each in running.order_by("pk") if _keep(each, reason, at, actor)]


def _keep(subscription: Subscription, reason: str, at: datetime, actor: Actor) -> bool:
    event = next((e for e in _INTO_FORCE if (subscription.status, e) in SUBSCRIPTION_TRANSITIONS), "")
    was_automatic = subscription.collection_method == "automatic"
    was_canceling = is_canceling(subscription)
    before = subscription.status
    if event:
        subscription.status = apply_subscription_event(before, event=event)
        subscription.trial_converts = True
    if was_automatic:
        subscription.collection_method = ""
    subscription.save(update_fields=["status", "trial_converts", "collection_method"])
    if was_canceling:
        clear_end(subscription)
        record_event(subscription, event=TAKEN_BACK, from_status=before, at=at, actor=actor, reason=reason)
    if event or was_automatic:
        record_event(subscription, event="keep_without_card", from_status=before, at=at, actor=actor, reason=reason)
    return bool(event) or was_automatic or was_canceling
