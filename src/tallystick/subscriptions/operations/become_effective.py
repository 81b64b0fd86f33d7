"""A draft becomes effective (CRM-38): from that day on it is an agreement, and what it has is billed."""

from datetime import date, datetime

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.core.agreement import settle_cycle, settle_end, settle_trial
from tallystick.subscriptions.core.lifecycle import apply_service_event, apply_subscription_event
from tallystick.subscriptions.errors import ActionNotPossible, SubscriptionInvalid
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.agreed_terms import as_agreed, service_as_agreed
from tallystick.subscriptions.operations.queue_candidates import record_service_events
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries import list_subscription_problems, load_agreement_context


def become_effective(subscription: Subscription, *, on: date, reason: str, at: datetime, actor: Actor) -> None:
    """Let a draft and all its services begin on a day. What was planned to start later than the rest still does.

    Its cycles and its trial are counted from that day. Refuses what could not be agreed any more (SubscriptionInvalid)
    and what has ended by then. A step of a larger operation, under the subscription's lock.
    """
    drafts = list(subscription.services.filter(status="draft").select_related("service").order_by("pk"))
    planned_on = subscription.starts_on
    begin_subscription(subscription, on=on, reason=reason, at=at, actor=actor)
    for each in drafts:
        starts_on = on if each.starts_on <= planned_on else max(on, each.starts_on)
        start_draft_service(each, on=starts_on, subscription=subscription)
    record_service_events(
        [each.pk for each in drafts], event="activate", from_status="draft", at=at, actor=actor, reason=reason
    )


def begin_subscription(subscription: Subscription, *, on: date, reason: str, at: datetime, actor: Actor) -> None:
    """Activate the draft itself, with the cycle and the trial that begin on that day; its services stay drafts."""
    services = [service_as_agreed(each) for each in subscription.services.select_related("service")]
    agreed = as_agreed(subscription, services=services)
    context = load_agreement_context(subscription.account.seller_id, subscriptions=[agreed])
    found = list_subscription_problems([agreed], context=context)
    refuse_problems(SubscriptionInvalid, [Problem(each.problem.field, each.problem.reason) for each in found])
    if subscription.ends_on is not None and subscription.ends_on <= on:
        raise ActionNotPossible(action="Become effective", reason=f"it ends on {subscription.ends_on}", field="on")
    begun = agreed._replace(starts_on=on)
    cycle = settle_cycle(begun, offer=context.offer, subscriber=context.subscribers[agreed.account], known=None)
    subscription.trial_until_on, subscription.trial_converts = settle_trial(begun, offer=context.offer)
    subscription.cycle_origin_on = cycle.origin_on
    subscription.starts_on = subscription.first_active_on = on
    before, subscription.status = subscription.status, apply_subscription_event(subscription.status, event="activate")
    subscription.save()
    record_event(subscription, event="activate", from_status=before, at=at, actor=actor, reason=reason)


def start_draft_service(service: SubscriptionService, *, on: date, subscription: Subscription) -> None:
    """Make a draft service effective from a day on; what is sold once lasts that day."""
    service.status = apply_service_event(service.status, event="activate")
    service.starts_on = service.billed_through = service.first_active_on = on
    planned = service_as_agreed(service)
    service.ends_on = settle_end(
        planned, subscription_ends_on=subscription.ends_on, is_one_off=service.service.kind == "one_off"
    )
    service.save(update_fields=["status", "starts_on", "billed_through", "first_active_on", "ends_on"])
