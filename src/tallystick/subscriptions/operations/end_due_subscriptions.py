"""Let subscriptions and services end whose last day is over: set-based, once a day, and safe to repeat."""

from datetime import date, datetime

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.plumbing.statements import run_sql
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.lifecycle import SUBSCRIPTION_TRANSITIONS, list_statuses_before
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.queries.scheduled_ends import IS_CANCELING

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
EVENTS = SubscriptionEvent._meta.db_table
ACCOUNTS = Account._meta.db_table
RENEWS = "(b.is_auto_renewed AND b.commitment_months > 0)"
"""Whether a subscription's term is one that bill runs renew when it ends."""


def end_due_subscriptions(seller: Seller, *, as_of: date, at: datetime, actor: Actor) -> int:
    """End what has no service on `as_of` any more; return how many subscriptions that were.

    One that somebody canceled becomes canceled, one whose term ran out expired. A service never
    outlasts its subscription, so that its own end decides when it becomes ended. A term that renews itself does not
    run out: it waits for the bill run that renews it (ZUO-6).
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        canceled = _end(seller, "cancel", as_of=as_of, at=at, actor=actor)
        expired = _end(seller, "expire", as_of=as_of, at=at, actor=actor)
        run_sql(
            f"UPDATE {SERVICES} s SET status = 'ended' FROM {ACCOUNTS} a"
            " WHERE a.id = s.account_id AND a.seller_id = %s AND s.ends_on <= %s AND NOT s.status = 'ended'"
            f" AND NOT EXISTS (SELECT 1 FROM {SUBSCRIPTIONS} b WHERE b.id = s.subscription_id AND {RENEWS}"
            f" AND b.ends_on = s.ends_on AND NOT b.status IN ('canceled', 'expired'))",
            [seller.pk, as_of],
        )
    return canceled + expired


def _end(seller: Seller, event: str, *, as_of: date, at: datetime, actor: Actor) -> int:
    before = list_statuses_before(event)
    condition = IS_CANCELING if event == "cancel" else f"NOT {IS_CANCELING} AND NOT {RENEWS}"
    return run_sql(
        f"WITH due AS (SELECT b.id, b.status FROM {SUBSCRIPTIONS} b JOIN {ACCOUNTS} a ON a.id = b.account_id"
        " WHERE a.seller_id = %s AND b.ends_on <= %s"
        " AND NOT b.status IN ('canceled', 'expired') AND b.status = ANY(%s)"
        f" AND {condition} FOR NO KEY UPDATE OF b),"
        f" ended AS (UPDATE {SUBSCRIPTIONS} b SET status = %s FROM due WHERE due.id = b.id)"
        f" INSERT INTO {EVENTS} (subscription_id, event, from_status, to_status, at,"
        " actor_kind, actor_id, actor_label, reason)"
        " SELECT id, %s, status, %s, %s, %s, %s, %s, '' FROM due",
        [
            seller.pk,
            as_of,
            before,
            SUBSCRIPTION_TRANSITIONS[before[0], event],
            event,
            SUBSCRIPTION_TRANSITIONS[before[0], event],
            at,
            actor.kind,
            actor.id,
            actor.label,
        ],
    )
