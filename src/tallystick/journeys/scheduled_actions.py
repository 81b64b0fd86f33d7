"""Actions whose day has come are done and billed, once; a refused one says why and is not tried again (CRM-26)."""

from datetime import date, datetime

from django.db import transaction

from tallystick.errors import Refusal
from tallystick.journeys.perform_action import carry_out
from tallystick.subscriptions.core.actions import action_from_json
from tallystick.subscriptions.operations.settle_scheduled_action import (
    get_scheduler,
    settle_scheduled_action,
    take_waiting_action,
)
from tallystick.subscriptions.queries.scheduled_actions import list_due_actions


def carry_out_due_actions(seller_id: int, *, on: date, at: datetime) -> int:
    """Do every action of a seller whose day has come, in the order of their days; return how many were settled.

    Each in a transaction of its own, with its bill and the word that it is done: killed anywhere, it is done once or
    waits as before. Repeatable.
    """
    return sum(carry_out_scheduled(scheduled_id, at=at) for scheduled_id in list_due_actions(seller_id, on=on))


def carry_out_scheduled(scheduled_id: int, *, at: datetime) -> bool:
    """Do one that waits, in the name of who scheduled it; whether it is settled now.

    Refused, it leaves nothing but the reason. Only a refusal that says that trying again can help (a run is at work on
    the account) leaves it waiting for the next look.
    """
    try:
        with transaction.atomic():
            scheduled = take_waiting_action(scheduled_id)
            if scheduled is None:
                return False
            actor, action = get_scheduler(scheduled), action_from_json(scheduled.action)
            bill = carry_out(scheduled.subscription_id, action=action, reason=scheduled.reason, at=at, actor=actor)
            document_ids = [each.document_id for each in bill.documents if each.document_id]
            settle_scheduled_action(scheduled, event="do", at=at, actor=actor, document_ids=document_ids)
    except Refusal as refusal:
        return not refusal.can_retry and _refuse(scheduled_id, told=refusal.message, at=at)
    return True


def _refuse(scheduled_id: int, *, told: str, at: datetime) -> bool:
    with transaction.atomic():
        scheduled = take_waiting_action(scheduled_id)
        if scheduled is None:
            return False
        settle_scheduled_action(scheduled, event="refuse", told=told, at=at, actor=get_scheduler(scheduled))
    return True
