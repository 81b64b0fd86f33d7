"""Say whether a subscription's term is renewed by bill runs."""

from datetime import datetime

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.terms import RENEWABLE_STATUSES
from tallystick.subscriptions.errors import NoTermToRenew, SubscriptionUnknown, WrongSubscriptionState
from tallystick.subscriptions.models import Subscription
from tallystick.subscriptions.operations.record_event import record_event


def set_auto_renewal(
    subscription_id: int, *, is_auto_renewed: bool, reason: str, at: datetime, actor: Actor
) -> Subscription:
    """Let bill runs renew the term when it ends, or let it run out then (ZUO-6). Nothing happens before its end.

    Saying the same again changes nothing. Refuses SubscriptionUnknown, WrongSubscriptionState, and NoTermToRenew where
    there is no end or no number of months.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        subscription = Subscription.objects.select_for_update(no_key=True).filter(pk=subscription_id).first()
        if subscription is None:
            raise SubscriptionUnknown(subscription=subscription_id)
        if subscription.status not in RENEWABLE_STATUSES:
            raise WrongSubscriptionState(status=subscription.status, event="renewal")
        if is_auto_renewed and (subscription.ends_on is None or not subscription.commitment_months):
            raise NoTermToRenew()
        if subscription.is_auto_renewed != is_auto_renewed:
            subscription.is_auto_renewed = is_auto_renewed
            subscription.save(update_fields=["is_auto_renewed"])
            event = "renew_from_now_on" if is_auto_renewed else "renew_no_more"
            record_event(subscription, event=event, from_status=subscription.status, at=at, actor=actor, reason=reason)
    return subscription
