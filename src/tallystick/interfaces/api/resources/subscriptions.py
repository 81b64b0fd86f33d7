"""Subscriptions: what was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from tallystick.errors import Problem
from tallystick.interfaces.api.authentication import Needs, get_actor
from tallystick.interfaces.api.paging import Page, Paging, make_page, read_cursor
from tallystick.interfaces.api.resources.subscription_shapes import (
    NewSubscription,
    RenewalChoice,
    Subscription,
    SubscriptionEnd,
    SubscriptionQuery,
    SubscriptionSummary,
    name_field,
)
from tallystick.interfaces.api.schemas import Id
from tallystick.plumbing import clock
from tallystick.plumbing.permissions import RECORDS_READ, SUBSCRIPTIONS_WRITE
from tallystick.sellers.queries import get_seller
from tallystick.subscriptions import queries
from tallystick.subscriptions.errors import SubscriptionInvalid
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription as cancel
from tallystick.subscriptions.operations.create_subscription import create_subscription as create
from tallystick.subscriptions.operations.set_auto_renewal import set_auto_renewal
from tallystick.subscriptions.queries.installed_items import list_installed_items

router = Router(tags=["Subscriptions"])
LIST = "subscriptions"


@router.get("/subscriptions", response=Page[SubscriptionSummary], auth=Needs(RECORDS_READ))
def list_subscriptions(request: HttpRequest, which: Query[SubscriptionQuery], paging: Query[Paging]) -> dict[str, Any]:
    """Subscriptions."""
    filters = queries.SubscriptionFilters(
        account__seller_id=get_seller(which.seller).pk if which.seller else None,
        account_id=which.account_id,
        external_id=which.external_id,
        status=which.status,
    )
    rows = queries.list_subscriptions(filters=filters, after_id=read_cursor(paging, of=LIST), limit=paging.limit + 1)
    return make_page(rows, paging=paging, of=LIST, get_id=lambda subscription: subscription.pk)


@router.post("/subscriptions", response={201: Subscription}, auth=Needs(SUBSCRIPTIONS_WRITE))
def create_subscription(request: HttpRequest, body: NewSubscription) -> dict[str, Any]:
    """Agree a subscription. What is due from its start on is billed by the next run."""
    values = body.as_subscription()
    with _fields_as_sent():
        created = create(get_seller(body.seller), subscription=values, at=clock.now(), actor=get_actor(request))
    return _show(created.pk)


@router.get("/subscriptions/{subscription_id}", response=Subscription, auth=Needs(RECORDS_READ))
def get_subscription(request: HttpRequest, subscription_id: Path[Id]) -> dict[str, Any]:
    """One subscription with its services and history."""
    return _show(subscription_id)


@router.post("/subscriptions/{subscription_id}/cancel", response=Subscription, auth=Needs(SUBSCRIPTIONS_WRITE))
def cancel_subscription(request: HttpRequest, subscription_id: Path[Id], body: SubscriptionEnd) -> dict[str, Any]:
    """Let a subscription end. Days until then that are not billed yet stay due; what is billed stays billed."""
    cancel(
        subscription_id,
        ends_on=body.ends_on,
        canceled_on=body.canceled_on,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return _show(subscription_id)


@router.put("/subscriptions/{subscription_id}/renewal", response=Subscription, auth=Needs(SUBSCRIPTIONS_WRITE))
def set_subscription_renewal(request: HttpRequest, subscription_id: Path[Id], body: RenewalChoice) -> dict[str, Any]:
    """Let bill runs renew its term when it ends, or let it run out then."""
    set_auto_renewal(
        subscription_id,
        is_auto_renewed=body.is_auto_renewed,
        reason=body.reason,
        at=clock.now(),
        actor=get_actor(request),
    )
    return _show(subscription_id)


@contextmanager
def _fields_as_sent() -> Iterator[None]:
    try:
        yield
    except SubscriptionInvalid as refusal:
        refusal.problems = [Problem(name_field(each.field), each.reason) for each in refusal.problems]
        raise


def _show(subscription_id: int) -> dict[str, Any]:
    return {
        **SubscriptionSummary.from_orm(queries.get_subscription(subscription_id)).model_dump(),
        "services": queries.list_services(subscription_id),
        "installed_items": list_installed_items(subscription_id),
        "events": queries.list_events(subscription_id),
    }
