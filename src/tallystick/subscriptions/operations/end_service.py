"""End one service of a subscription, today, later or back in time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.errors import EndNotPossible, ServiceRequired
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.operations.lock_subscription import lock_service
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries import list_dependents


def end_service(
    subscription_service_id: int,
    *,
    ends_on: date,
    reason: str,
    at: datetime,
    actor: Actor,
    is_replaced: bool = False,
) -> SubscriptionService:
    """Let a service end: `ends_on` is the first day without it. What was billed beyond is repaired by invoicing.

    `is_replaced` says that another takes its place on that day. Refuses ServiceUnknown, ActionNotPossible,
    EndNotPossible for a day before its start or after its end, and ServiceRequired for a mandatory service and for one
    that others require, unless it is replaced.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        service = lock_service(subscription_service_id, action="ending a service")
        _require_days(service, ends_on)
        if not is_replaced:
            _require_dispensable(service, ends_on)
        before = service.status
        service.ends_on = ends_on
        if ends_on <= at.astimezone(ZoneInfo(service.subscription.account.seller.time_zone)).date():
            service.status = apply_service_event(before, event="end")
        service.save(update_fields=["ends_on", "status"])
        record_event(
            service.subscription,
            event="replace_service" if is_replaced else "end_service",
            from_status=before,
            at=at,
            actor=actor,
            reason=reason,
            service=service,
        )
    return service


def _require_days(service: SubscriptionService, ends_on: date) -> None:
    if ends_on < service.starts_on:
        raise EndNotPossible(ends_on=ends_on, reason=f"{service.service} starts on {service.starts_on}")
    if service.ends_on is not None and ends_on > service.ends_on:
        raise EndNotPossible(ends_on=ends_on, reason=f"{service.service} ends on {service.ends_on} already")
    if service.billed_elsewhere_until is not None and ends_on < service.billed_elsewhere_until:
        told = f"another system billed {service.service} until {service.billed_elsewhere_until}"
        raise EndNotPossible(ends_on=ends_on, reason=told)


def _require_dispensable(service: SubscriptionService, ends_on: date) -> None:
    if service.is_mandatory:
        told = f"it is mandatory in the plan {service.subscription.plan}; replace it, or cancel the subscription"
        raise ServiceRequired(service=service.service, reason=told)
    names = list_dependents(service, on=ends_on)
    if names:
        raise ServiceRequired(service=service.service, reason=f"{', '.join(names)} requires it; end that first")
