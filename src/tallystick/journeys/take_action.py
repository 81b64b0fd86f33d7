"""An action for a day: done and billed at once, or kept until its day comes (CRM-26)."""

from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from tallystick.invoicing.queries.action_bill import ActionBill
from tallystick.journeys.perform_action import perform_action, preview_action
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_ACT
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.operations.schedule_action import schedule_action
from tallystick.subscriptions.queries.scheduled_actions import find_today


class Taken(NamedTuple):
    """What came of it: the bill of what is done, or the id of what waits for its day. A preview of that has neither."""

    bill: ActionBill | None
    scheduled_id: int | None = None


class _Tried(Exception):
    """It can be scheduled; nothing of it is kept."""


def take_action(subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor) -> Taken:
    """Do the action and bill it, or schedule it where its day is to come where the seller is."""
    actor.require(SUBSCRIPTIONS_ACT)
    if action.on > find_today(subscription_id, at=at):
        waiting = schedule_action(subscription_id, action=action, reason=reason, at=at, actor=actor)
        return Taken(None, waiting.pk)
    return Taken(perform_action(subscription_id, action=action, reason=reason, at=at, actor=actor))


def preview_taking(subscription_id: int, *, action: Action, at: datetime, actor: Actor) -> Taken:
    """What taking the action would do; of one that would wait, that it may: its bill is made on its day.

    Refuses what taking it would refuse; nothing is kept.
    """
    actor.require(SUBSCRIPTIONS_ACT)
    if action.on <= find_today(subscription_id, at=at):
        return Taken(preview_action(subscription_id, action=action, at=at, actor=actor))
    try:
        with transaction.atomic():
            schedule_action(subscription_id, action=action, reason="preview", at=at, actor=actor)
            raise _Tried
    except _Tried:
        return Taken(None)
