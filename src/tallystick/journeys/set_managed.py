"""Set an account managed: it is invoiced and pays by itself, whatever plan it has (DEM-6, DEM-7)."""

from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.accounts.core.new_account import MANAGED, SELF_SERVE
from tallystick.accounts.operations.assign_manager import assign_manager
from tallystick.accounts.operations.set_billing_mode import lock_account, set_billing_mode
from tallystick.catalog.queries import list_mandatory_services
from tallystick.journeys.perform_action import perform_action
from tallystick.payments.operations.stop_charging import stop_charging
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import (
    ACCOUNTS_WRITE,
    PAYMENT_METHODS_WRITE,
    PAYMENTS_COLLECT,
    SUBSCRIPTIONS_WRITE,
)
from tallystick.subscriptions.core.action_kinds import AMEND_TERMS
from tallystick.subscriptions.core.actions import Action, AmendedTerms
from tallystick.subscriptions.core.new_subscription import NewService
from tallystick.subscriptions.errors import CardSubscriptionLive, NoOneSubscription
from tallystick.subscriptions.operations.keep_without_card import keep_without_card
from tallystick.subscriptions.operations.record_seats import record_seats
from tallystick.subscriptions.queries import get_subscription, list_services
from tallystick.subscriptions.queries.paying import find_charged, list_running

#: What turning managed is made of: whoever may change an account may do these in it, and nowhere else by that.
STEPS = (SUBSCRIPTIONS_WRITE, PAYMENT_METHODS_WRITE, PAYMENTS_COLLECT)
_CHARGEABLE = ("valid", "pending", "stopped")


class CardSubscription(NamedTuple):
    """A running subscription that a saved method pays for by itself, and how both are called."""

    subscription: str
    method: str


class ManagedTerms(NamedTuple):
    """What is agreed with it. None leaves the plan, the seats and the manager as they are (DEM-1, C-20)."""

    plan: str | None = None
    seats: int | None = None
    manager_email: str | None = None

    def tell(self) -> dict[str, str | int]:
        """What was agreed, for the account's history."""
        return {name: value for name, value in self._asdict().items() if value is not None}


NOTHING_AGREED = ManagedTerms()


def set_managed(
    account_id: int,
    *,
    reason: str,
    at: datetime,
    actor: Actor,
    terms: ManagedTerms = NOTHING_AGREED,
    ends_card_subscription: bool = False,
) -> None:
    """Let an account be invoiced and pay by itself; its subscriptions are in force, without the end of a cancellation.

    Nothing is charged by itself any more (DEM-3). Another plan is an amendment of the terms that is billed, for which
    `subscriptions.act` is needed; seats are only recorded. Refuses CardSubscriptionLive while a saved method pays for a
    running subscription, unless `ends_card_subscription` confirms that this ends. In one transaction.
    """
    actor.require(ACCOUNTS_WRITE)
    able = actor.also_allowed(*STEPS)
    with transaction.atomic():
        account = lock_account(account_id)
        live = find_card_subscription(account_id, billing_mode=account.billing_mode)
        if live is not None and not ends_card_subscription:
            raise CardSubscriptionLive(account=account.name, **live._asdict())
        stopped = stop_charging(account_id, reason=reason, at=at, actor=able)
        said = {"charges_no_more": stopped, **terms.tell()}
        set_billing_mode(
            account_id, billing_mode=MANAGED, event="set_managed", said=said, reason=reason, at=at, actor=actor
        )
        if terms.manager_email is not None:
            assign_manager(account_id, email=terms.manager_email or None, actor=actor)
        keep_without_card(account_id, reason=reason, at=at, actor=able)
        _agree(account_id, terms, reason, at, actor)


def find_card_subscription(account_id: int, *, billing_mode: str) -> CardSubscription | None:
    """The first running subscription that a saved method pays for by itself; None where there is none.

    A saved method alone is no such thing, and neither is a subscription that nothing is charged for (DEM-7).
    """
    method = list_default_methods([account_id]).get(account_id)
    if method is None or method.state not in _CHARGEABLE:
        return None
    charged = find_charged(account_id, is_self_serve=billing_mode == SELF_SERVE)
    return CardSubscription(charged.external_id, method.label) if charged is not None else None


def _agree(account_id: int, terms: ManagedTerms, reason: str, at: datetime, actor: Actor) -> None:
    """The plan first, for the seats are counted by what it has."""
    if terms.plan is not None:
        _change_plan(_get_only(account_id, field="plan"), terms.plan, reason, at, actor)
    if terms.seats is not None:
        able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
        record_seats(_get_only(account_id, field="seats"), seats=terms.seats, reason=reason, at=at, actor=able)


def _get_only(account_id: int, *, field: str) -> int:
    running = list_running(account_id)
    if len(running) != 1:
        raise NoOneSubscription(many=len(running), field=field)
    return running[0].pk


def _change_plan(subscription_id: int, plan: str, reason: str, at: datetime, actor: Actor) -> None:
    subscription = get_subscription(subscription_id)
    if subscription.plan.code == plan:
        return
    seller = subscription.account.seller
    on = at.astimezone(ZoneInfo(seller.time_zone)).date()
    there = {each.service.code for each in list_services(subscription_id) if each.status != "ended"}
    mandatory = list_mandatory_services(seller.pk, plan=plan)
    added = tuple(NewService(code, on) for code in mandatory if code not in there)
    action = Action(AMEND_TERMS, on, added, terms=AmendedTerms(plan=plan))
    perform_action(subscription_id, action=action, reason=reason, at=at, actor=actor)
