"""Services that are off, or drafts, are on for exactly some days (CRM-46), and off again after them."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.sellers.queries import get_billing_rule
from tallystick.subscriptions.core.interruption import DEACTIVATED, PauseLimits, find_pause_problem
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import (
    ServiceInterruption,
    Subscription,
    SubscriptionEvent,
    SubscriptionService,
)
from tallystick.subscriptions.operations.activate_services import close_time_off, go_on, list_off
from tallystick.subscriptions.operations.become_effective import begin_subscription
from tallystick.subscriptions.operations.queue_candidates import record_service_events

NAME = "Activate for a short term"
BEGINS, ENDS = "start_short_term", "end_short_term"


def activate_short_term(
    subscription: Subscription,
    *,
    service_ids: Sequence[int],
    on: date,
    until_on: date,
    reason: str,
    at: datetime,
    actor: Actor,
) -> list[int]:
    """Let services be effective from a day up to but without another; return the ids of the rows that are.

    A draft subscription becomes active for it; its other services stay drafts. How often and for how long is bounded by
    the seller's limits on short terms (CRM-24). Refuses ActionNotPossible. A step of a larger operation.
    """
    chosen = list_off(subscription, service_ids=service_ids, action=NAME)
    for service in chosen:
        _require_possible(service, subscription, on, until_on)
    if subscription.status == "draft":
        begin_subscription(subscription, on=on, reason=reason, at=at, actor=actor)
    return [_start(service, on=on, until_on=until_on, reason=reason, at=at, actor=actor) for service in chosen]


def end_short_terms(seller_id: int, *, on: date, at: datetime, actor: Actor) -> int:
    """Switch off what was on for a short term that is over; return how many. Used days stay due. Repeatable."""
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        over = SubscriptionService.objects.select_for_update(of=("self",), no_key=True).filter(
            account__seller_id=seller_id, status="short_term_effective", billable_until_on__lte=on
        )
        ended = list(over.order_by("pk"))
        for service in ended:
            service.status = apply_service_event(service.status, event=ENDS)
            service.save(update_fields=["status"])
            _open_time_off(service)
        told = "its last day is over"
        ids, was = [each.pk for each in ended], "short_term_effective"
        record_service_events(ids, event=ENDS, from_status=was, at=at, actor=actor, reason=told)
    return len(ended)


def _require_possible(service: SubscriptionService, subscription: Subscription, on: date, until_on: date) -> None:
    if service.service.kind == "one_off":
        raise ActionNotPossible(action=NAME, reason=f"{service.service} is sold once", field="service_ids")
    ends_on = min((end for end in (service.ends_on, subscription.ends_on) if end is not None), default=until_on)
    if until_on > ends_on:
        raise ActionNotPossible(action=NAME, reason=f"{service.service} ends on {ends_on}", field="until_on")
    close_time_off(service, on=on, action=NAME)
    rule = get_billing_rule(subscription.account.seller_id)
    earlier = SubscriptionEvent.objects.filter(subscription_service__in=_list_rows(service), event=BEGINS)
    zone = ZoneInfo(subscription.account.seller.time_zone)
    problem = find_pause_problem(
        on,
        until_on=until_on,
        earlier=[each.astimezone(zone).date() for each in earlier.values_list("at", flat=True)],
        limits=PauseLimits(rule.short_terms_a_year, rule.longest_short_term_days),
    )
    if problem is not None:
        raise ActionNotPossible(action=NAME, reason=problem, field="until_on")


def _list_rows(service: SubscriptionService) -> list[int]:
    """The service and those in whose place it came."""
    rows: list[int] = []
    before: SubscriptionService | None = service
    while before is not None:
        rows.append(before.pk)
        before = before.replaces
    return rows


def _start(service: SubscriptionService, *, on: date, until_on: date, reason: str, at: datetime, actor: Actor) -> int:
    was = service.status
    if was == "draft":
        service.starts_on = service.billed_through = service.first_active_on = on
    else:
        service = go_on(service, on=on, at=at, status=was)
        ServiceInterruption.objects.filter(subscription_service=service, until_on=None).update(
            until_on=on,
            unbilled_from_on=service.billed_through,
            unbilled_until_on=max(service.billed_through, on),
        )
        service.billed_through = max(service.billed_through, on)
    service.status = apply_service_event(was, event=BEGINS)
    service.billable_until_on = until_on
    service.save()
    record_service_events([service.pk], event=BEGINS, from_status=was, at=at, actor=actor, reason=reason)
    return service.pk


def _open_time_off(service: SubscriptionService) -> None:
    """From the end of the short term on it is off until somebody activates it: a hole in its bills."""
    ServiceInterruption.objects.create(
        account_id=service.account_id,
        subscription_service=service,
        kind=DEACTIVATED,
        from_on=service.billable_until_on or service.starts_on,
    )
