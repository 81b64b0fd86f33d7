"""Who owes, or is leaving, does not take more (DEM-51)."""

from tallystick.accounts.core.new_account import SELF_SERVE
from tallystick.subscriptions.core import action_kinds as kinds
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.queries import get_service
from tallystick.subscriptions.queries.scheduled_ends import is_canceling


def require_paid_up(subscription: Subscription, *, action: Action, name: str) -> None:
    """A self-serve customer who is past due or has canceled adds nothing (DEM-51); giving up is always possible.

    A step of an action, which is called `name`. Refuses ActionNotPossible.
    """
    if subscription.account.billing_mode != SELF_SERVE or action.kind not in kinds.ADDING_KINDS:
        return
    if action.kind == kinds.CHANGE_QUANTITY:
        (service_id,), (service,) = action.service_ids, action.services
        if service.quantity <= get_service(service_id).quantity:
            return
    if subscription.status == "past_due" or is_canceling(subscription):
        told = "a payment is past due" if subscription.status == "past_due" else "the subscription is canceled"
        raise ActionNotPossible(action=name, reason=f"{told}; nothing can be added", field="subscription")
