"""Amend the billing terms of a subscription from a day on: scheme, plan, interval, anchor day (CRM-39, CRM-52)."""

from collections.abc import Sequence
from datetime import date, datetime

from tallystick.catalog.queries import list_bundle_components
from tallystick.errors import Problem, refuse_problems
from tallystick.periods.anchor import PERIOD
from tallystick.plumbing.actor import Actor
from tallystick.subscriptions.core.actions import AmendedTerms
from tallystick.subscriptions.core.agreement import Offer, settle_cycle
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import ActionNotPossible, SubscriptionInvalid
from tallystick.subscriptions.models import DeactivationCandidate, FormerTerms, Subscription, SubscriptionService
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.agreed_terms import as_agreed, service_as_agreed
from tallystick.subscriptions.operations.carry_over import carry_over
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.queries import AgreementContext, list_subscription_problems, load_agreement_context

NAME = "Amend terms"


def amend_terms(
    subscription: Subscription,
    *,
    terms: AmendedTerms,
    services: Sequence[NewService],
    on: date,
    reason: str,
    at: datetime,
    actor: Actor,
) -> dict[int, date]:
    """Let a subscription go on under other terms from a day on; return its services that ended with the former ones.

    Each service goes on as another row, so that days before are billed by the terms that they had, whenever that is.
    What a new plan does not have ends; `services` are added. With another interval or anchor day the cycles are counted
    from that day anew. Refuses ActionNotPossible, and SubscriptionInvalid for what the terms can't have. A step of a
    larger operation, under the subscription's lock.
    """
    running = _list_running(subscription, on)
    former = _keep_former(subscription, on)
    context = _change(subscription, terms, on)
    ended = {each.pk: on for each in running}
    going_on = _list_offered(running, subscription, context.offer)
    is_other_interval = (former.interval_months, former.interval_days) != (
        subscription.interval_months,
        subscription.interval_days,
    )
    if is_other_interval:
        _require_list_prices(going_on)
    _require_sound(subscription, going_on, services)
    for each in running:
        if each not in going_on:
            _end(each, on)
    successors = [carry_over(each, on=on, at=at) for each in going_on]
    for each, successor in zip(going_on, successors, strict=True):
        DeactivationCandidate.objects.filter(subscription_service=each, status="queued").update(
            subscription_service=successor
        )
        if each.bundle_id is not None and is_other_interval:
            _price_component(successor, subscription)
    # All that was there before is billed by the terms of then, also what ended long ago.
    before = SubscriptionService.objects.filter(subscription=subscription, former_terms=None, starts_on__lte=on)
    before.exclude(pk__in=[each.pk for each in successors]).update(former_terms=former)
    if services:
        add_services(subscription.pk, services=services, at=at, actor=actor, reason=reason)
    record_event(subscription, event="amend_terms", from_status=subscription.status, at=at, actor=actor, reason=reason)
    return ended


def _list_running(subscription: Subscription, on: date) -> list[SubscriptionService]:
    """Services that are there on the day and recur; refuses what can't change its terms then."""
    found = subscription.services.exclude(status="ended").exclude(service__kind="one_off")
    there = [
        each for each in found.select_related("service").order_by("pk") if each.ends_on is None or each.ends_on > on
    ]
    for each in there:
        if each.status != "effective":
            told = f"{each.service} is {each.status.replace('_', ' ')}; let it go on or end it first"
            raise ActionNotPossible(action=NAME, reason=told)
        if each.starts_on > on and each.billed_through > each.starts_on:
            told = f"{each.service} is billed from {each.starts_on} on by the terms of today"
            raise ActionNotPossible(action=NAME, reason=told, field="on")
        if each.billed_elsewhere_until is not None and each.billed_elsewhere_until > on:
            told = f"another system billed {each.service} until {each.billed_elsewhere_until}"
            raise ActionNotPossible(action=NAME, reason=told, field="on")
    return [each for each in there if each.starts_on <= on]


def _keep_former(subscription: Subscription, on: date) -> FormerTerms:
    return FormerTerms.objects.create(
        subscription=subscription,
        until_on=on,
        plan_id=subscription.plan_id,
        scheme=subscription.scheme,
        interval_months=subscription.interval_months,
        interval_days=subscription.interval_days,
        anchor_day=subscription.anchor_day,
        cycle_origin_on=subscription.cycle_origin_on,
    )


def _change(subscription: Subscription, terms: AmendedTerms, on: date) -> AgreementContext:
    """Write the new terms to the subscription."""
    agreed = as_agreed(subscription, services=())
    context = load_agreement_context(subscription.account.seller_id, subscriptions=[agreed])
    plans = context.offer.plan_ids
    if terms.plan is not None and terms.plan not in plans:
        refuse_problems(SubscriptionInvalid, [Problem("terms.plan", f"there is no plan {terms.plan!r}")])
    was = _terms_of(subscription)
    was_shared = agreed.anchor_day is None
    subscription.plan_id = plans[terms.plan or agreed.plan]
    subscription.scheme = terms.scheme or subscription.scheme
    if terms.interval_months is not None:
        subscription.interval_months, subscription.interval_days = terms.interval_months, 0
    plan = context.offer.price_list.plans[subscription.plan_id]
    is_shared = plan.cycle_method == PERIOD
    if is_shared and terms.anchor_day is not None:
        told = f"all subscriptions to {plan.code} are billed on the same day"
        raise ActionNotPossible(action=NAME, reason=told, field="terms.anchor_day")
    subscription.anchor_day = terms.anchor_day or subscription.anchor_day
    now = _terms_of(subscription)
    if now == was:
        raise ActionNotPossible(action=NAME, reason="the terms are so already", field="terms")
    if now[2:] != was[2:] or is_shared != was_shared:
        begun = as_agreed(subscription, services=())._replace(
            plan=plan.code, starts_on=on, anchor_day=None if is_shared else subscription.anchor_day
        )
        subscriber = context.subscribers[agreed.account]
        cycle = settle_cycle(begun, offer=context.offer, subscriber=subscriber, known=None)
        subscription.anchor_day, subscription.cycle_origin_on = cycle.anchor_day, cycle.origin_on
    subscription.save()
    subscription.refresh_from_db(fields=["plan"])
    return context


def _terms_of(subscription: Subscription) -> tuple[object, ...]:
    return (
        subscription.plan_id,
        subscription.scheme,
        subscription.interval_months,
        subscription.interval_days,
        subscription.anchor_day,
    )


def _list_offered(
    running: Sequence[SubscriptionService], subscription: Subscription, offer: Offer
) -> list[SubscriptionService]:
    """What the plan has, and the components of bundles that it has."""
    places = offer.price_list.plan_services
    kept = {each.pk for each in running if (subscription.plan_id, each.service_id) in places and each.bundle_id is None}
    return [each for each in running if (each.bundle_id or each.pk) in kept]


def _require_list_prices(going_on: Sequence[SubscriptionService]) -> None:
    """A price or an amount off that was agreed for one interval says nothing about another."""
    for each in going_on:
        has_own_price = each.unit_price_override is not None and each.bundle_id is None
        if has_own_price or each.discounts.filter(kind="amount").exists():
            told = f"{each.service} has a price or a discount of its own for its interval; replace it first"
            raise ActionNotPossible(action=NAME, reason=told, field="terms.interval_months")


def _price_component(component: SubscriptionService, subscription: Subscription) -> None:
    bundle = SubscriptionService.objects.select_related("service").get(components=component)
    prices = list_bundle_components(
        bundle.service_id, currency=subscription.account.currency, interval_months=subscription.interval_months
    )
    price = prices.get(component.service.code)
    if price is None:
        told = f"{component.service} has no price in {bundle.service} at this interval"
        raise ActionNotPossible(action=NAME, reason=told, field="terms.interval_months")
    SubscriptionService.objects.filter(pk=component.pk).update(unit_price_override=price[1])


def _require_sound(
    subscription: Subscription, going_on: Sequence[SubscriptionService], services: Sequence[NewService]
) -> None:
    """Refuse what could not be agreed under the new terms; components of bundles are priced with these."""
    kept = [service_as_agreed(each) for each in going_on if each.bundle_id is None]
    agreed = as_agreed(subscription, services=[*kept, *services])
    context = load_agreement_context(subscription.account.seller_id, subscriptions=[agreed])
    found = list_subscription_problems([agreed], context=context)
    refuse_problems(SubscriptionInvalid, [each.problem for each in found])


def _end(service: SubscriptionService, on: date) -> None:
    service.ends_on, service.status = on, "ended"
    service.save(update_fields=["ends_on", "status"])
