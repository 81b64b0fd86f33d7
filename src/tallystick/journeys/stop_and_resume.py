"""A customer cancels, or resumes before it has ended (DEM-50): what is paid for stays theirs until its end."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from tallystick.access.queries import require_own_account
from tallystick.accounts.core.new_account import SELF_SERVE
from tallystick.collection.errors import NoMethodToCharge
from tallystick.payments.queries import list_default_methods
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.subscriptions.operations.cancel_subscription import cancel_subscription
from tallystick.subscriptions.operations.take_back_cancellation import take_back_cancellation
from tallystick.subscriptions.queries import get_subscription
from tallystick.subscriptions.queries.paying import find_paid_until


def cancel_at_period_end(subscription_id: int, *, reason: str, at: datetime, actor: Actor) -> None:
    """Let a subscription end with the period that was billed last; today where none is ahead. What is owed stays owed.

    Refuses AccountUnknown for another customer's, WrongSubscriptionState, EndNotPossible.
    """
    subscription = get_subscription(subscription_id)
    require_own_account(actor, account_id=subscription.account_id, permission=SUBSCRIPTIONS_WRITE)
    ends_on = find_period_end(subscription_id, at=at)
    able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
    cancel_subscription(subscription_id, ends_on=ends_on, reason=reason, at=at, actor=able)


def find_period_end(subscription_id: int, *, at: datetime) -> date:
    """The first day without service of a subscription that is canceled now: what is paid for stays theirs."""
    subscription = get_subscription(subscription_id)
    today = at.astimezone(ZoneInfo(subscription.account.seller.time_zone)).date()
    return max(today, find_paid_until(subscription_id) or today, subscription.starts_on)


def resume_subscription(subscription_id: int, *, reason: str, at: datetime, actor: Actor) -> None:
    """Take back a cancellation before its day: nothing is charged now, and the next period is from that day on.

    Refuses AccountUnknown for another customer's, NoMethodToCharge where a self-serve account has no valid method,
    NotCanceling and ActionNotPossible where there is nothing to take back any more.
    """
    subscription = get_subscription(subscription_id)
    account = subscription.account
    require_own_account(actor, account_id=account.pk, permission=SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        method = list_default_methods([account.pk]).get(account.pk)
        if account.billing_mode == SELF_SERVE and (method is None or method.state != "valid"):
            raise NoMethodToCharge()
        able = actor.also_allowed(SUBSCRIPTIONS_WRITE)
        take_back_cancellation(subscription_id, reason=reason, at=at, actor=able)
