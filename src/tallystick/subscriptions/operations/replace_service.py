"""Put another service, quantity or price in the place of one, from a day on (CRM-42)."""

from datetime import datetime

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.models import SubscriptionService
from tallystick.subscriptions.operations.add_services import add_services
from tallystick.subscriptions.operations.agreed_terms import discounts_as_agreed
from tallystick.subscriptions.operations.end_service import end_service
from tallystick.subscriptions.operations.lock_subscription import lock_service
from tallystick.subscriptions.queries import get_service
from tallystick.subscriptions.queries.conventions import first_day_of_new


def replace_service(
    subscription_service_id: int, *, by: NewService, reason: str, at: datetime, actor: Actor
) -> SubscriptionService:
    """End a service on the day on which `by` starts, and let that take its place; return the new one.

    Where the day of a change belongs to the old terms (C-14), the old one has that day still and the new one the next.
    The same service with another quantity or price keeps the discounts of the old one. Refuses what ending and adding
    refuse.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        old = lock_service(subscription_service_id, action="replacing a service")
        new = by._replace(starts_on=first_day_of_new(by.starts_on, subscription=old.subscription))
        if by.service == old.service.code and not by.discounts:
            new = new._replace(discounts=discounts_as_agreed(old))
        end_service(old.pk, ends_on=new.starts_on, reason=reason, at=at, actor=actor, is_replaced=True)
        (added,) = add_services(
            old.subscription_id, services=[new], at=at, actor=actor, reason=reason, replaces=get_service(old.pk)
        )
    return added
