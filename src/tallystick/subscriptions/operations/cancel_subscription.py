"""Cancel a subscription."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least

from tallystick.errors import InvalidInput
from tallystick.periods.convention import first_day_without
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.lifecycle import (
    SUBSCRIPTION_TRANSITIONS,
    apply_service_event,
    apply_subscription_event,
    list_service_statuses_before,
)
from tallystick.subscriptions.errors import EndNotPossible, SubscriptionUnknown, WrongSubscriptionState
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries.conventions import get_convention


def cancel_subscription(
    subscription_id: int,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    ends_on: date | None = None,
    canceled_on: date | None = None,
) -> Subscription:
    """Let a subscription end: `ends_on` is the first day without service, `canceled_on` the day of the cancellation.

    Give one of them. Whether the day of the cancellation is billed is the plan's or the seller's convention (C-14).
    Today or before (in the seller's time zone) it is canceled at once; later, it stays as it is until that day comes
    (`end_due_subscriptions`). Days of service until then that are not billed yet stay due; what is billed stays billed.
    Refuses SubscriptionUnknown, WrongSubscriptionState, EndNotPossible.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update(no_key=True).filter(pk=subscription_id).first()
        if subscription is None:
            raise SubscriptionUnknown(subscription=subscription_id)
        ends_on = _settle_end(subscription, ends_on, canceled_on)
        _require_possible(subscription, ends_on)
        before = subscription.status
        if ends_on <= _today(subscription, at):
            subscription.status = apply_subscription_event(before, event="cancel")
        subscription.ends_on = ends_on
        subscription.save(update_fields=["status", "ends_on"])
        _end_services(subscription, ends_on)
        event = "cancel" if subscription.status != before else "schedule_cancel"
        record_event(subscription, event=event, from_status=before, at=at, actor=actor, reason=reason)
    return subscription


def _settle_end(subscription: Subscription, ends_on: date | None, canceled_on: date | None) -> date:
    """The first day without service."""
    if canceled_on is None and ends_on is not None:
        return ends_on
    if canceled_on is None or ends_on is not None:
        told = "Say either the day of the cancellation or the first day without service."
        raise InvalidInput(told, field="canceled_on")
    return first_day_without(canceled_on, get_convention(subscription))


def _require_possible(subscription: Subscription, ends_on: date) -> None:
    if (subscription.status, "cancel") not in SUBSCRIPTION_TRANSITIONS:
        raise WrongSubscriptionState(status=subscription.status, event="cancel")
    if ends_on < subscription.starts_on:
        raise EndNotPossible(ends_on=ends_on, reason=f"it starts on {subscription.starts_on}")
    if subscription.ends_on is not None and ends_on > subscription.ends_on:
        raise EndNotPossible(ends_on=ends_on, reason=f"it ends on {subscription.ends_on} already")


def _today(subscription: Subscription, at: datetime) -> date:
    return at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()


def _end_services(subscription: Subscription, ends_on: date) -> None:
    services = SubscriptionService.objects.filter(subscription=subscription)
    # A service that would have started later never begins; Least leaves out what has no end.
    services.update(ends_on=Greatest(F("starts_on"), Least(F("ends_on"), Value(ends_on))))
    if subscription.status == "canceled":
        for status in list_service_statuses_before("end"):
            services.filter(status=status).update(status=apply_service_event(status, event="end"))
