"""The first payment begins a subscription (DEM-48..50): the first period is billed, and the money pays it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.collection.errors import FirstBillNotCovered
from tallystick.collection.queries.renewals import list_paid_beginnings
from tallystick.credit.queries import get_funds
from tallystick.errors import Refusal
from tallystick.invoicing.operations.bill_change import BilledChange, BillingScope, bill_change
from tallystick.ledger.operations.lock_balances import lock_balances
from tallystick.ledger.queries.balances import find_balance
from tallystick.money.amount import format_minor
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import BILL_RUNS_POST, SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.core.action_kinds import BECOME_EFFECTIVE
from tallystick.subscriptions.core.actions import Action
from tallystick.subscriptions.operations.begin_on_payment import begin_on_payment
from tallystick.subscriptions.operations.lock_subscription import lock_subscription
from tallystick.subscriptions.operations.record_refused_action import record_refused_action
from tallystick.subscriptions.queries import get_subscription, list_events

WHY = "the first payment arrived"
_STEPS = (SUBSCRIPTIONS_WRITE, BILL_RUNS_POST)


class _Priced(Exception):
    """Carries what the beginning would bill out of the transaction that is given up."""

    def __init__(self, gross_minor: int) -> None:
        self.gross_minor = gross_minor


class FirstBill(NamedTuple):
    """What beginning today would bill, in minor units with tax."""

    gross_minor: int


def begin_paid(*, at: datetime, actor: Actor, account_ids: Collection[int] | None = None) -> int:
    """Begin every subscription, of these accounts or of all, whose first payment has arrived; return how many.

    Each in a transaction of its own, once however often one looks. What can't begin leaves its money as customer credit
    and an event that says why, and is tried again at the next look: a debt is paid first, even by money that was meant
    for something new (BIL-20).
    """
    return sum(_try_to_begin(each, at, actor) for each in list_paid_beginnings(account_ids))


def price_beginning(subscription_id: int, *, at: datetime, actor: Actor) -> FirstBill:
    """What the first payment of a draft or a trial has to be: it is really begun, and given up. Refuses what that
    refuses."""
    try:
        with transaction.atomic():
            raise _Priced(_begin(subscription_id, at, actor).cost_minor)
    except _Priced as priced:
        return FirstBill(priced.gross_minor)


def _try_to_begin(subscription_id: int, at: datetime, actor: Actor) -> bool:
    try:
        with transaction.atomic():
            subscription = lock_subscription(subscription_id, action="Beginning")
            lock_balances([subscription.account_id])
            if subscription_id not in list_paid_beginnings([subscription.account_id]):
                return False  # another was quicker
            funds, credit = get_funds(subscription.account), find_balance(subscription.account_id)
            left_minor = credit.customer_credit_minor if funds.funding_policy == "invoiced" else funds.purchasable_minor
            billed = _begin(subscription_id, at, actor)
            if left_minor is not None and billed.cost_minor > left_minor:
                bill, left = (format_minor(each, funds.currency) for each in (billed.cost_minor, left_minor))
                raise FirstBillNotCovered(bill=bill, left=left)
            return True
    except Refusal as refusal:
        _record_once(subscription_id, str(refusal), at, actor)
        return False


def _begin(subscription_id: int, at: datetime, actor: Actor) -> BilledChange:
    able = actor.also_allowed(*_STEPS)
    zone = ZoneInfo(get_subscription(subscription_id).account.seller.time_zone)
    on = at.astimezone(zone).date()
    first_on = begin_on_payment(subscription_id, on=on, reason=WHY, at=at, actor=able)
    scope = BillingScope(is_tested=False)
    return bill_change(subscription_id, as_of=first_on, reason=WHY, at=at, actor=able, scope=scope)


def _record_once(subscription_id: int, told: str, at: datetime, actor: Actor) -> None:
    """A look every minute says the same thing once."""
    events = list_events(subscription_id)
    if events and events[-1].event == "refuse_action" and events[-1].reason.endswith(told[-200:]):
        return
    on = at.astimezone(ZoneInfo(get_subscription(subscription_id).account.seller.time_zone)).date()
    record_refused_action(subscription_id, action=Action(BECOME_EFFECTIVE, on), told=told, at=at, actor=actor)
