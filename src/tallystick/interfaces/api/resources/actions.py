"""Actions on subscriptions: previewed, done and billed at once, or scheduled for a day to come."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema

from tallystick.errors import Refusal
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.repetition import keep_trace
from tallystick.interfaces.api.resources.action_shapes import (
    SCHEDULED_STATUSES,
    ActionAsk,
    ActionCancellation,
    ActionOutcome,
    NewAction,
    ScheduledAction,
    show_outcome,
    show_scheduled,
)
from tallystick.interfaces.api.schemas import Id
from tallystick.journeys.take_action import preview_taking, take_action
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_ACT
from tallystick.subscriptions.operations import schedule_action as scheduling
from tallystick.subscriptions.operations.record_refused_action import record_refused_action
from tallystick.subscriptions.queries import get_subscription
from tallystick.subscriptions.queries import scheduled_actions as queries

router = Router(tags=["Subscriptions"])
LIST = "scheduled-actions"


class ScheduledActionQuery(Schema):
    """Which of them."""

    status: SCHEDULED_STATUSES | None = None


@router.post(
    "/subscriptions/{subscription_id}/actions",
    response={201: ActionOutcome},
    auth=Needs(SUBSCRIPTIONS_ACT, is_key_required=True),
)
def act_on_subscription(request: HttpRequest, subscription_id: Path[Id], body: NewAction) -> dict[str, Any]:
    """Do an action and bill it at once, or schedule it where its day is to come; `status` says which.

    Where bills are paid before, it is refused whole unless the account's own funds cover it.
    """
    at, actor = clock.now(), get_actor(request)
    today = queries.find_today(subscription_id, at=at)
    action = body.as_action(today)
    try:
        taken = take_action(subscription_id, action=action, reason=body.reason, at=at, actor=actor)
    except Refusal as refusal:
        told = refusal.message
        if action.on <= today:
            keep_trace(
                request,
                trace=lambda: record_refused_action(subscription_id, action=action, told=told, at=at, actor=actor),
            )
        raise
    scheduled = queries.get_scheduled_action(taken.scheduled_id) if taken.scheduled_id else None
    return show_outcome(taken, currency=get_subscription(subscription_id).account.currency, scheduled=scheduled)


@router.post("/subscriptions/{subscription_id}/actions/preview", response=ActionOutcome, auth=Needs(SUBSCRIPTIONS_ACT))
def preview_subscription_action(request: HttpRequest, subscription_id: Path[Id], body: ActionAsk) -> dict[str, Any]:
    """What an action would bill and why. It is really done, and given up before anything of it is kept."""
    at = clock.now()
    action = body.as_action(queries.find_today(subscription_id, at=at))
    taken = preview_taking(subscription_id, action=action, at=at, actor=get_actor(request))
    return show_outcome(taken, currency=get_subscription(subscription_id).account.currency)


@router.get("/subscriptions/{subscription_id}/actions", response=Page[ScheduledAction], auth=Needs(RECORDS_READ))
def list_scheduled_actions(
    request: HttpRequest, subscription_id: Path[Id], which: Query[ScheduledActionQuery], paging: Query[Paging]
) -> dict[str, Any]:
    """The actions that were scheduled for a subscription, and what became of them."""
    found = queries.list_scheduled_actions(
        get_subscription(subscription_id).pk,
        status=which.status,
        after_id=read_cursor(paging, of=LIST),
        limit=paging.limit + 1,
    )
    page = make_page(found, paging=paging, of=LIST, get_id=lambda row: row.pk)
    return {**page, "data": [show_scheduled(row) for row in page["data"]]}


@router.post(
    "/subscriptions/{subscription_id}/actions/{action_id}/cancel",
    response=ScheduledAction,
    auth=Needs(SUBSCRIPTIONS_ACT),
)
def cancel_scheduled_action(
    request: HttpRequest, subscription_id: Path[Id], action_id: Path[Id], body: ActionCancellation
) -> dict[str, Any]:
    """Take a scheduled action back before its day. It stays in the list as canceled."""
    canceled = scheduling.cancel_scheduled_action(
        action_id, subscription_id=subscription_id, reason=body.reason, at=clock.now(), actor=get_actor(request)
    )
    return show_scheduled(canceled)
