"""Let trials end whose last day is over: they convert, or expire (DEM-47, DEM-48). Set-based, and safe to repeat."""

from datetime import date, datetime

from django.db import transaction

from tallystick.accounts.models import Account
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.plumbing.statements import as_array, fetch_rows, run_sql
from tallystick.sellers.models import Seller
from tallystick.subscriptions.core.lifecycle import apply_service_event, apply_subscription_event
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
EVENTS = SubscriptionEvent._meta.db_table
ACCOUNTS = Account._meta.db_table


def end_due_trials(seller: Seller, *, as_of: date, at: datetime, actor: Actor) -> int:
    """End the trials of which `as_of` is no day any more; return how many those were.

    One that converts becomes active and costs its price from then on. One that does not expires with its trial, and so
    do its services. A subscription that ends no later than its trial just ends (`end_due_subscriptions`).
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        converted = _end(seller, "convert", as_of=as_of, at=at, actor=actor)
        expired = _end(seller, "expire", as_of=as_of, at=at, actor=actor)
        _end_services(expired)
    return len(converted) + len(expired)


def _end(seller: Seller, event: str, *, as_of: date, at: datetime, actor: Actor) -> list[int]:
    status = apply_subscription_event("trialing", event=event)
    ends_on = "b.trial_until_on" if event == "expire" else "b.ends_on"
    rows = fetch_rows(
        f"WITH due AS (SELECT b.id FROM {SUBSCRIPTIONS} b JOIN {ACCOUNTS} a ON a.id = b.account_id"
        " WHERE a.seller_id = %s AND b.status = 'trialing' AND b.trial_until_on <= %s AND b.trial_converts = %s"
        " AND (b.ends_on IS NULL OR b.ends_on > b.trial_until_on) FOR NO KEY UPDATE OF b),"
        f" over AS (UPDATE {SUBSCRIPTIONS} b SET status = %s, ends_on = {ends_on} FROM due WHERE due.id = b.id"
        " RETURNING b.id)"
        f" INSERT INTO {EVENTS} (subscription_id, event, from_status, to_status, at,"
        " actor_kind, actor_id, actor_label, reason)"
        " SELECT id, %s, 'trialing', %s, %s, %s, %s, %s, 'the trial is over' FROM over ORDER BY id"
        " RETURNING subscription_id",
        [
            seller.pk,
            as_of,
            event == "convert",
            status,
            event,
            status,
            at,
            actor.kind,
            actor.id,
            actor.label,
        ],
    )
    return [row[0] for row in rows]


def _end_services(subscription_ids: list[int]) -> None:
    """What expired has no service from the end of its trial on; days before it that are not billed stay due."""
    run_sql(
        f"UPDATE {SERVICES} s SET status = %s, ends_on = greatest(s.starts_on, least(s.ends_on, b.ends_on))"
        f" FROM {SUBSCRIPTIONS} b WHERE b.id = s.subscription_id AND b.id = ANY(%s::bigint[])"
        " AND NOT s.status = 'ended'",
        [apply_service_event("effective", event="end"), as_array(subscription_ids)],
    )
