"""Do to a subscription what an action says. Billing it is the caller's next step, in the same transaction."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.periods.convention import first_day_without
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core import action_kinds as kinds
from tallystick.subscriptions.core.actions import Action, AmendedTerms, find_action_problems
from tallystick.subscriptions.core.interruption import RESTING, SHORT_TERM
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.activate_services import activate_services
from tallystick.subscriptions.operations.activate_short_term import activate_short_term
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.amend_bundle import amend_bundle, follow_bundle
from tallystick.subscriptions.operations.amend_terms import amend_terms
from tallystick.subscriptions.operations.become_effective import become_effective
from tallystick.subscriptions.operations.end_pause_of import end_pause_of
from tallystick.subscriptions.operations.end_service import end_service
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.place_services import (
    place_services,
    release_placements,
    require_not_placed,
)
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.replace_service import replace_service
from tallystick.subscriptions.operations.require_paid_up import require_paid_up
from tallystick.subscriptions.queries import get_service
from tallystick.subscriptions.queries.conventions import get_convention

#: From which day the agreement about a subscription service that was there is another one.
Changed = dict[int, date]
_Doing = Callable[[Subscription, Action, str, datetime, Actor], Changed]


def apply_action(subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    """Change the subscription; return from which day the agreement about each service that was there is another one.

    Refuses ActionInvalid with everything that is wrong with the action, ActionNotPossible where the subscription is not
    in a state for it (CRM-27), and what the single changes refuse; then nothing is changed.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    refuse_problems(ActionInvalid, list(find_action_problems(action)))
    name = kinds.KINDS[action.kind].name
    with transaction.atomic():
        subscription = lock_subscription(subscription_id, action=name)
        if action.on > at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date():
            raise ActionNotPossible(action=name, reason=f"{action.on} has not come yet; schedule it", field="on")
        _require_state(subscription, action, name)
        _require_own(subscription_id, action, name)
        require_paid_up(subscription, action=action, name=name)
        return _DOINGS[action.kind](subscription, action, reason, at, actor)


def _require_state(subscription: Subscription, action: Action, name: str) -> None:
    """Whether the subscription's billing terms are in force on the day, and it is or is not a draft (CRM-27)."""
    told = ""
    if subscription.account.is_closed and action.kind != kinds.END_SERVICE:
        told = "the account is closed; open it again first"
        raise ActionNotPossible(action=name, reason=told, field="account")
    is_draft = subscription.status == "draft"
    if is_draft and action.kind not in kinds.DRAFT_KINDS:
        told = "the subscription is a draft; let it become effective first"
    elif action.kind == kinds.BECOME_EFFECTIVE and not is_draft:
        told = f"the subscription is {subscription.status.replace('_', ' ')} already"
    elif not is_draft and action.on < subscription.starts_on:
        told = f"the subscription starts on {subscription.starts_on}"
    elif subscription.ends_on is not None and action.on >= subscription.ends_on and action.kind != kinds.END_SERVICE:
        told = f"the subscription ends on {subscription.ends_on}"
    if told:
        raise ActionNotPossible(action=name, reason=told, field="subscription")


def _require_own(subscription_id: int, action: Action, name: str) -> None:
    for service_id in action.service_ids:
        if get_service(service_id).subscription_id != subscription_id:
            raise ActionNotPossible(action=name, reason=f"service {service_id} is not of this subscription")


def _become_effective(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    become_effective(subscription, on=action.on, reason=reason, at=at, actor=actor)
    return {}


def _amend_terms(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    return amend_terms(
        subscription,
        terms=action.terms or AmendedTerms(),
        services=action.services,
        on=action.on,
        reason=reason,
        at=at,
        actor=actor,
    )


def _activate(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    activate_services(subscription, service_ids=action.service_ids, on=action.on, reason=reason, at=at, actor=actor)
    return {}


def _end_pause(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    kind = RESTING if action.kind == kinds.END_RESTING else SHORT_TERM
    ids = action.service_ids
    end_pause_of(subscription, kind=kind, service_ids=ids, on=action.on, reason=reason, at=at, actor=actor)
    return {}


def _activate_short_term(
    subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor
) -> Changed:
    activate_short_term(
        subscription,
        service_ids=action.service_ids,
        on=action.on,
        until_on=action.until_on or action.on,
        reason=reason,
        at=at,
        actor=actor,
    )
    return {}


def _replace(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    (service_id,), (service,) = action.service_ids, action.services
    if action.kind == kinds.CHANGE_QUANTITY:
        require_not_placed(service_id, action=kinds.KINDS[action.kind].name)
        service = _keep_agreed(service, old=get_service(service_id))
    successor = replace_service(service_id, by=service, reason=reason, at=at, actor=actor)
    release_placements(subscription, service_ids=[service_id], on=action.on)
    return {service_id: action.on, **follow_bundle(service_id, successor=successor, on=action.on, at=at)}


def _keep_agreed(service: NewService, *, old: SubscriptionService) -> NewService:
    """Another quantity keeps the negotiated price and the text, where no others are given; a swap begins anew."""
    if service.service != old.service.code:
        return service
    price = old.unit_price_override if service.unit_price_override is None else service.unit_price_override
    return service._replace(unit_price_override=price, description=service.description or old.description)


def _add_and_end(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    added = []
    if action.services:
        added = add_services(subscription.pk, services=action.services, reason=reason, at=at, actor=actor)
    changed: Changed = {}
    ends_on = action.on
    if action.kind == kinds.END_SERVICE:
        # Whether the day on which it ends is billed is said as for a cancellation (C-14).
        ends_on = first_day_without(action.on, get_convention(subscription))
    for service_id in action.service_ids:
        end_service(service_id, ends_on=ends_on, reason=reason, at=at, actor=actor)
        changed |= {service_id: ends_on, **follow_bundle(service_id, successor=None, on=ends_on, at=at)}
    release_placements(subscription, service_ids=list(changed), on=ends_on)
    if action.placements:
        if any(not each.service_id for each in action.placements) and len(added) != 1:
            told = "only a single service that is added can be placed by it"
            raise ActionNotPossible(action=kinds.KINDS[action.kind].name, reason=told, field="placements")
        placements = [each if each.service_id else each._replace(service_id=added[0].pk) for each in action.placements]
        changed |= place_services(subscription, placements=placements, on=action.on, at=at)
    return changed


def _change_distribution(
    subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor
) -> Changed:
    changed = place_services(subscription, placements=action.placements, on=action.on, at=at)
    _record(subscription, action, reason, at, actor)
    return changed


def _amend_bundle(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> Changed:
    (service_id,) = action.service_ids
    changed = amend_bundle(subscription, service_id=service_id, components=action.components, on=action.on, at=at)
    _record(subscription, action, reason, at, actor)
    return changed


def _record(subscription: Subscription, action: Action, reason: str, at: datetime, actor: Actor) -> None:
    status = subscription.status
    record_event(subscription, event=action.kind, from_status=status, at=at, actor=actor, reason=reason)


_DOINGS: Mapping[str, _Doing] = {
    kinds.BECOME_EFFECTIVE: _become_effective,
    kinds.AMEND_TERMS: _amend_terms,
    kinds.ACTIVATE: _activate,
    kinds.END_RESTING: _end_pause,
    kinds.END_SHORT_TERM: _end_pause,
    kinds.ACTIVATE_SHORT_TERM: _activate_short_term,
    kinds.SWAP_SERVICE: _replace,
    kinds.CHANGE_QUANTITY: _replace,
    kinds.AMEND_BUNDLE: _amend_bundle,
    kinds.CHANGE_DISTRIBUTION: _change_distribution,
    kinds.START_SERVICE: _add_and_end,
    kinds.ADD_USAGE_SERVICE: _add_and_end,
    kinds.ADD_SERVICES: _add_and_end,
    kinds.ADD_EXPENSE: _add_and_end,
    kinds.AMEND_SERVICES: _add_and_end,
    kinds.END_SERVICE: _add_and_end,
}
