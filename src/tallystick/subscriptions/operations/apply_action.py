"""Do to a subscription what an action says. Billing it is the caller's next step, in the same transaction."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.errors import refuse_problems
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.action_kinds import CHANGE_QUANTITY, KINDS, SWAP_SERVICE
from tallystick.subscriptions.core.actions import Action, find_action_problems
from tallystick.subscriptions.errors import ActionInvalid, ActionNotPossible
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.end_service import end_service
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.replace_service import replace_service
from tallystick.subscriptions.queries import get_service


def apply_action(subscription_id: int, *, action: Action, reason: str, at: datetime, actor: Actor) -> dict[int, date]:
    """Change the subscription; return from which day the agreement about each service that was there is another one.

    Refuses ActionInvalid with everything that is wrong with the action, ActionNotPossible where the subscription is not
    in a state for it (CRM-27), and what the single changes refuse; then nothing is changed.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    refuse_problems(ActionInvalid, list(find_action_problems(action)))
    name = KINDS[action.kind].name
    with transaction.atomic():
        subscription = lock_subscription(subscription_id, action=name)
        if action.on > at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date():
            raise ActionNotPossible(action=name, reason=f"{action.on} has not come yet; schedule it", field="on")
        _require_own(subscription_id, action, name)
        if action.kind in (SWAP_SERVICE, CHANGE_QUANTITY):
            replace_service(action.service_ids[0], by=action.services[0], reason=reason, at=at, actor=actor)
        else:
            if action.services:
                add_services(subscription_id, services=action.services, reason=reason, at=at, actor=actor)
            for service_id in action.service_ids:
                end_service(service_id, ends_on=action.on, reason=reason, at=at, actor=actor)
    return dict.fromkeys(action.service_ids, action.on)


def _require_own(subscription_id: int, action: Action, name: str) -> None:
    for service_id in action.service_ids:
        if get_service(service_id).subscription_id != subscription_id:
            raise ActionNotPossible(action=name, reason=f"service {service_id} is not of this subscription")
