"""Record how many seats a managed subscription has: nothing is charged for what is paid for already (DEM-46)."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from tallystick.errors import InvalidInput
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import ActionNotPossible
from tallystick.subscriptions.models import Subscription, SubscriptionService
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.record_event import record_event
from tallystick.subscriptions.operations.replace_service import replace_service

NAME = "recording seats"


def record_seats(subscription_id: int, *, seats: int, reason: str, at: datetime, actor: Actor) -> SubscriptionService:
    """Let the one service of the subscription that recurs have this quantity from the first day that is not billed yet.

    Beside services of other price models it is the one that is priced by unit. What is billed stays as it is: no
    charge, no credit. Refuses a negative number, ActionNotPossible where it is not one service, and what replacing a
    service refuses.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    if seats < 0:
        raise InvalidInput(f"The number of seats must be at least 0, but is {seats}.", field="seats")
    with transaction.atomic():
        subscription = lock_subscription(subscription_id, action=NAME)
        found = subscription.services.exclude(status="ended").exclude(service__kind="one_off").filter(bundle=None)
        going_on = list(found.filter(ends_on=None).select_related("service").order_by("pk"))
        counted = [each for each in going_on if each.service.price_model == "per_unit"] or going_on
        if len(counted) != 1:
            told = f"{subscription.external_id} has not one service that is counted; change the quantity of one instead"
            raise ActionNotPossible(action=NAME, reason=told, field="seats")
        service = counted[0]
        if service.quantity == seats:
            return service
        if service.billed_through == service.starts_on:
            service.quantity = Decimal(seats)
            service.save(update_fields=["quantity"])
            _record(subscription, service, reason, at, actor)
            return service
        by = NewService(
            service.service.code,
            service.billed_through,
            quantity=Decimal(seats),
            unit_price_override=service.unit_price_override,
            description=service.description,
        )
        return replace_service(service.pk, by=by, reason=reason, at=at, actor=actor)


def _record(subscription: Subscription, service: SubscriptionService, reason: str, at: datetime, actor: Actor) -> None:
    record_event(
        subscription,
        event="record_seats",
        from_status=service.status,
        at=at,
        actor=actor,
        reason=reason,
        service=service,
    )
