"""Subscribe with the saved method: what is wanted is charged once, and begins when the money is confirmed (DEM-49)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.collection.errors import AmountHasChanged, NoMethodToCharge
from tallystick.collection.queries.charge_limits import Wanted, find_charge_refusal
from tallystick.journeys.collect_attempts import collect_attempts
from tallystick.journeys.pay_open import require_chargeable
from tallystick.journeys.record_money import DOCUMENT
from tallystick.journeys.start_subscribing import FirstPayment, start_subscribing
from tallystick.payments.operations.create_attempts import NewAttempt, create_attempts
from tallystick.payments.queries import list_attempts, list_default_methods
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import PAYMENTS_COLLECT, SUBSCRIPTIONS_WRITE


class Subscribed(NamedTuple):
    """What was asked for, what its attempt came to, and of a failure its code."""

    first: FirstPayment
    status: str
    failure_code: str


def subscribe(
    account_id: int,
    *,
    plan: str,
    at: datetime,
    actor: Actor,
    quantities: Mapping[str, Decimal] | None = None,
    asked_minor: int | None = None,
) -> Subscribed:
    """Charge the default method with the first payment of a plan, and with what is owed before it.

    It begins at once where the gateway confirms at once, else when it does; a failure leaves everything as it was, to
    be tried again. Asked again while one is under way, it is refused (AlreadyBeingPaid). Not inside a transaction.
    Refuses what `start_subscribing` refuses, NoMethodToCharge, and MethodNotCharged where the method failed too often.
    """
    require_own_account(actor, account_id=account_id, permission=PAYMENTS_COLLECT)
    able = actor.also_allowed(PAYMENTS_COLLECT, SUBSCRIPTIONS_WRITE)
    with transaction.atomic(durable=True):
        first = start_subscribing(account_id, plan=plan, quantities=quantities, at=at, actor=able)
        if asked_minor is not None and first.amount_minor != asked_minor:
            raise AmountHasChanged()
        (attempt_id,) = create_attempts([_compose(account_id, plan, first, at)], at=at, actor=able)
    collect_attempts([attempt_id], at=at, actor=able)
    made = list_attempts([attempt_id])[attempt_id]
    return Subscribed(first, made.status, made.failure_code)


def find_label_to_charge(account_id: int, *, first: FirstPayment, at: datetime) -> str:
    """The saved method that `subscribe` would charge; "" where none may be charged without its customer."""
    method = list_default_methods([account_id]).get(account_id)
    if method is None or method.state != "valid" or not method.gateway_is_active:
        return ""
    return "" if find_charge_refusal(_want(method.method_id, first), at=at) else method.label


def _want(method_id: int, first: FirstPayment) -> Wanted:
    documents = [int(each.removeprefix(DOCUMENT)) for each, _ in first.shares if each.startswith(DOCUMENT)]
    return Wanted(method_id, first.amount_minor, documents)


def _compose(account_id: int, plan: str, first: FirstPayment, at: datetime) -> NewAttempt:
    method = list_default_methods([account_id]).get(account_id)
    if method is None or method.state != "valid" or not method.gateway_is_active:
        raise NoMethodToCharge()
    require_chargeable(_want(method.method_id, first), label=method.label, at=at)
    return NewAttempt(
        account_id,
        method.method_id,
        method.gateway_account_id,
        first.shares[-1][0],
        first.amount_minor,
        first.currency,
        plan,
        tuple(first.shares),
    )
