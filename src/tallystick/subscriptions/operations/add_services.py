"""Add services to a subscription that runs: one, several, or what is sold once (CRM-41, 45, 47, 48)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from tallystick.errors import Problem, refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.sellers.queries import get_seller_facts
from tallystick.subscriptions.core.agreement import KnownService, KnownSubscription
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.errors import SubscriptionInvalid
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.operations.agreed_terms import as_agreed
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.save_service import save_service
from tallystick.subscriptions.queries import AgreementContext, list_subscription_problems, load_agreement_context


def add_services(
    subscription_id: int,
    *,
    services: Sequence[NewService],
    at: datetime,
    actor: Actor,
    reason: str = "",
    replaces: SubscriptionService | None = None,
) -> list[SubscriptionService]:
    """Add services from their start on; nothing is billed here. What is sold once lasts a day.

    A service that the subscription had before gets a key with its start. How the new ones come to the billing day is
    the seller's rule of that moment (CRM-28), save for one that takes the place of another. `replaces` is the one that
    a single new one takes the place of. Refuses SubscriptionUnknown, ActionNotPossible, and SubscriptionInvalid with
    everything that is wrong: not in the plan, without a price, lacking what it requires, there already.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        subscription = lock_subscription(subscription_id, action="adding services")
        agreed = as_agreed(subscription, services=services)
        context = load_agreement_context(subscription.account.seller_id, subscriptions=[agreed])
        known = context.known[agreed.account, agreed.external_id]
        agreed = agreed._replace(services=tuple(_with_free_key(each, known.services) for each in services))
        refuse_problems(SubscriptionInvalid, _find_problems(agreed, context, known))
        is_new = subscription.status == "draft"
        alignment = get_seller_facts(subscription.account.seller_id).added_alignment
        added = [
            save_service(
                subscription,
                service=service,
                ends_on=subscription.ends_on,
                offer=context.offer,
                at=at,
                replaces=replaces,
                alignment="" if replaces or is_new else alignment,
            )
            for service in agreed.services
        ]
        for each in added:
            record_event(
                subscription, event="add_service", from_status="", at=at, actor=actor, reason=reason, service=each
            )
    return added


def _with_free_key(service: NewService, known: Mapping[str, KnownService]) -> NewService:
    before = known.get(service.key)
    if before is None or service.external_id or not before.has_ended_by(service.starts_on):
        return service
    return service._replace(external_id=f"{service.service}@{service.starts_on}")


def _find_problems(agreed: NewSubscription, context: AgreementContext, known: KnownSubscription) -> list[Problem]:
    problems = []
    for place, service in enumerate(agreed.services):
        if service.key in known.services:
            told = f"the subscription has {service.key} already; end it first, or give the new one an id of its own"
            problems.append(Problem(f"services.{place}.service", told))
        if agreed.ends_on is not None and service.starts_on >= agreed.ends_on:
            told = f"must be before {agreed.ends_on}, on which the subscription ends"
            problems.append(Problem(f"services.{place}.starts_on", told))
    found = list_subscription_problems([agreed], context=context)
    return problems + [
        each.problem
        if each.part is None
        else Problem(f"services.{each.part}.{each.problem.field}", each.problem.reason)
        for each in found
    ]
