"""Let an action on a subscription wait for its day, and take it back before that (CRM-26)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_ACT, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.action_kinds import KINDS
from tallystick.subscriptions.core.actions import Action, action_as_json, find_action_problems
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.models import ScheduledAction, Subscription
from tallystick.subscriptions.operations.apply_action import apply_action
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.settle_scheduled_action import lock_scheduled_action, settle_scheduled_action
from tallystick.subscriptions.queries import get_subscription
from tallystick.subscriptions.queries.scheduled_actions import compute_day_start


class _Tried(Exception):
    """The action was possible; what it changed is given up."""


def schedule_action(
    subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor
) -> ScheduledAction:
    """Keep an action until its day, which must be later than today where the seller is; nothing is changed until then.

    It is done as agreed by then, and billed with that day's prices, in the name of who scheduled it. Tried now, for
    that day, and given up: refuses what `apply_action` refuses of it as things stand, and ActionNotPossible for a day
    that is not to come. Whether the funds suffice is asked on the day.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    refuse_problems(ActionInvalid, list(find_action_problems(action)))
    with transaction.atomic():
        subscription = get_subscription(subscription_id)
        _require_days_to_come(subscription, action, at)
        _require_possible(subscription, action, reason, actor)
        scheduled = ScheduledAction.objects.create(
            subscription=subscription,
            action=action_as_json(action),
            on=action.on,
            reason=reason,
            scheduled_at=at,
            scheduled_by_kind=actor.kind,
            scheduled_by_id=actor.id,
            scheduled_by=actor.label,
        )
        record_event(
            subscription,
            event="schedule_action",
            from_status=subscription.status,
            at=at,
            actor=actor,
            reason=f"{KINDS[action.kind].name} on {action.on}: {reason}"[:300],
        )
    return scheduled


def cancel_scheduled_action(
    scheduled_id: int, *, subscription_id: int, reason: str, at: datetime, actor: Actor
) -> ScheduledAction:
    """Take an action back before its day; it stays in the history as canceled.

    Refuses ScheduledActionUnknown, also for one of another subscription, and ScheduledActionOver.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    with transaction.atomic():
        scheduled = lock_scheduled_action(scheduled_id, subscription_id=subscription_id)
        settle_scheduled_action(scheduled, event="cancel", told=reason, at=at, actor=actor)
    return scheduled


def _require_days_to_come(subscription: Subscription, action: Action, at: datetime) -> None:
    today = at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()
    if action.on <= today:
        told = f"{action.on} is not a day to come; do it now instead"
        raise ActionNotPossible(action=f"Scheduling: {KINDS[action.kind].name.lower()}", reason=told, field="on")


def _require_possible(subscription: Subscription, action: Action, reason: str, actor: Actor) -> None:
    on_the_day = compute_day_start(action.on, time_zone=subscription.account.seller.time_zone)
    able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
    try:
        with transaction.atomic():
            apply_action(subscription.pk, action=action, reason=reason, at=on_the_day, actor=able)
            raise _Tried
    except _Tried:
        return
