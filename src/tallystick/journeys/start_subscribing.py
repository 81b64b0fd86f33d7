"""A customer wants a plan: what they pay first, and for what (DEM-49). Nothing begins before it has arrived."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.accounts.core.new_account import MANAGED
from tallystick.accounts.operations.set_billing_mode import lock_account
from tallystick.catalog.queries import list_mandatory_services
from tallystick.collection.errors import AlreadySubscribed, ManagedIsInvoiced
from tallystick.collection.queries.renewals import SUBSCRIPTION
from tallystick.invoicing.queries.open_credit import list_open_documents
from tallystick.journeys.begin_paid import price_beginning
from tallystick.journeys.record_money import DOCUMENT
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.new_subscription import NewService, NewSubscription
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.create_subscription import create_subscription
from tallystick.subscriptions.queries import list_services
from tallystick.subscriptions.queries.paying import find_unfinished, list_running, make_self_serve_id

ONE = Decimal(1)


class FirstPayment(NamedTuple):
    """What is to be paid, in minor units with tax: `shares` say what for, debt first (BIL-20), and add up to it."""

    subscription_id: int
    currency: str
    amount_minor: int
    shares: Sequence[tuple[str, int]]


def start_subscribing(
    account_id: int, *, plan: str, at: datetime, actor: Actor, quantities: Mapping[str, Decimal] | None = None
) -> FirstPayment:
    """What an account pays first for a plan with these services (its mandatory ones, one each, where none are said).

    An unfinished one of the same content is reused, another replaced, so that there is never more than one: the account
    is locked, and asked again under the lock. A trial is what is paid for, where there is one. Refuses AccountUnknown,
    ManagedIsInvoiced, AlreadySubscribed, and what can't be agreed.
    """
    require_own_account(actor, account_id=account_id, permission=SUBSCRIPTIONS_WRITE)
    able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        account = lock_account(account_id)
        if account.billing_mode == MANAGED:
            raise ManagedIsInvoiced(account=account.name)
        subscription_id = _find_trial(account_id, account.name)
        if subscription_id is None:
            today = at.astimezone(ZoneInfo(account.seller.time_zone)).date()
            wanted = _compose(account.seller_id, plan, quantities or {}, today)
            named = NewSubscription(
                make_self_serve_id(account_id), account.external_id, plan, wanted, today, is_draft=True
            )
            subscription_id = _reuse(account_id, named, at, able)
            if subscription_id is None:
                subscription_id = create_subscription(account.seller, subscription=named, at=at, actor=able).pk
        bill = price_beginning(subscription_id, at=at, actor=able)
    return _sum_up(account_id, account.currency, subscription_id, bill.gross_minor)


def _find_trial(account_id: int, name: str) -> int | None:
    running = list_running(account_id)
    taken = [each for each in running if each.status != "trialing"]
    if taken:
        raise AlreadySubscribed(account=name, subscription=taken[0].external_id)
    return running[0].pk if running else None


def _compose(seller_id: int, plan: str, quantities: Mapping[str, Decimal], on: date) -> tuple[NewService, ...]:
    wanted = quantities or dict.fromkeys(list_mandatory_services(seller_id, plan=plan), ONE)
    return tuple(NewService(code, on, quantity=quantity) for code, quantity in wanted.items())


def _reuse(account_id: int, wanted: NewSubscription, at: datetime, actor: Actor) -> int | None:
    """The draft that is there, if it says the same; another is given up."""
    draft = find_unfinished(account_id)
    if draft is None:
        return None
    there = {each.service.code: each.quantity for each in list_services(draft.pk)}
    if draft.plan.code == wanted.plan and there == {each.service: each.quantity for each in wanted.services}:
        return draft.pk
    reason = "the customer chose something else before paying"
    cancel_subscription(draft.pk, ends_on=draft.starts_on, reason=reason, at=at, actor=actor)
    return None


def _sum_up(account_id: int, currency: str, subscription_id: int, first_minor: int) -> FirstPayment:
    owed = [
        (f"{DOCUMENT}{row.document.document_id}", row.document.open_minor) for row in list_open_documents([account_id])
    ]
    shares = [*owed, (f"{SUBSCRIPTION}{subscription_id}", first_minor)]
    return FirstPayment(subscription_id, currency, sum(minor for _, minor in shares), shares)
