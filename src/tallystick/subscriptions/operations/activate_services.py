"""Bring back what is off: services that were deactivated, and drafts that did not begin yet (CRM-40)."""

from collections.abc import Sequence
from datetime import date, datetime

from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import (
    DeactivationCandidate,
    ServiceInterruption,
    Subscription,
    SubscriptionService,
)
from tallystick.subscriptions.operations.become_effective import start_draft_service
from tallystick.subscriptions.operations.carry_over import carry_over
from tallystick.subscriptions.operations.queue_candidates import record_service_events
from tallystick.subscriptions.operations.switch_services import switch_on

NAME = "Activate"


def activate_services(
    subscription: Subscription, *, service_ids: Sequence[int], on: date, reason: str, at: datetime, actor: Actor
) -> None:
    """Switch services on again from a day on, all that are off where none is named.

    Days off are never billed; used days of before that are not billed yet stay with the old row of the service, for the
    run that bills them. Refuses ActionNotPossible for what is not off, or went off after that day. A step of a larger
    operation, under the subscription's lock.
    """
    off = [
        each
        for each in list_off(subscription, service_ids=service_ids, action=NAME)
        if not (each.ends_on and each.ends_on <= on)
    ]
    if not off or (service_ids and len(off) < len(set(service_ids))):
        raise ActionNotPossible(action=NAME, reason="it has nothing that is off", field="service_ids")
    drafts = [each for each in off if each.status == "draft"]
    for each in drafts:
        start_draft_service(each, on=on, subscription=subscription)
    record_service_events(
        [each.pk for each in drafts], event="activate", from_status="draft", at=at, actor=actor, reason=reason
    )
    back = []
    for each in off:
        if each not in drafts:
            close_time_off(each, on=on, action=NAME)
            back.append(go_on(each, on=on, at=at, status="not_effective").pk)
    switch_on(back, on=on, reason=reason, at=at, actor=actor)


def list_off(subscription: Subscription, *, service_ids: Sequence[int], action: str) -> list[SubscriptionService]:
    """Services of a subscription that are off or drafts, those that are named or all; refuses any other."""
    services = SubscriptionService.objects.filter(subscription=subscription).select_related("service", "subscription")
    if not service_ids:
        return list(services.filter(status__in=["draft", "not_effective"]).order_by("pk"))
    found = list(services.filter(pk__in=service_ids).order_by("pk"))
    for each in found:
        if each.status not in ("draft", "not_effective"):
            told = f"{each.service} is {each.status.replace('_', ' ')}"
            raise ActionNotPossible(action=action, reason=told, field="service_ids")
    return found


def close_time_off(service: SubscriptionService, *, on: date, action: str) -> None:
    """Refuse a way back from before the service went off."""
    off = ServiceInterruption.objects.filter(subscription_service=service, until_on__isnull=True).first()
    if off is not None and on < off.from_on:
        raise ActionNotPossible(action=action, reason=f"{service.service} went off on {off.from_on}", field="on")


def go_on(service: SubscriptionService, *, on: date, at: datetime, status: str) -> SubscriptionService:
    """The row that goes on: the service itself, or, where used days of it wait for a bill, another in its place."""
    used_until = service.billable_until_on
    if used_until is None or used_until <= service.billed_through:
        return service
    # Declared billable, a rest is billed up to the day on which it ends; else what was used ends where it went off.
    successor = carry_over(service, on=on, at=at, status=status, ends_before=min(used_until, on))
    ServiceInterruption.objects.filter(subscription_service=service, until_on__isnull=True).update(until_on=on)
    DeactivationCandidate.objects.filter(subscription_service=service, status="deactivated").update(
        status="restored", restored_at=at
    )
    return successor
