"""Renew terms that are due for renewal: what a bill run does before it looks for what is due (ZUO-6)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.bulk import copy_rows
from tallystick.plumbing.permissions import SUBSCRIPTIONS_WRITE
from tallystick.plumbing.statements import as_array, fetch_rows, run_sql
from tallystick.subscriptions.core.due_service import EVERY_SERVICE, ServiceScope
from tallystick.subscriptions.core.terms import RENEWABLE_STATUSES, compute_renewed_end
from tallystick.subscriptions.models import Subscription, SubscriptionEvent, SubscriptionService
from tallystick.subscriptions.queries import scope_sql
from tallystick.subscriptions.queries.scheduled_ends import IS_CANCELING

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
EVENTS = SubscriptionEvent._meta.db_table


class _Term(NamedTuple):
    subscription_id: int
    status: str
    starts_on: date
    ends_on: date
    months: int


def renew_terms(
    accounts: tuple[str, Sequence[Any]],
    *,
    until_on: date,
    at: datetime,
    actor: Actor,
    reason: str,
    scope: ServiceScope = EVERY_SERVICE,
    is_every_term: bool = False,
) -> int:
    """Renew, for whole terms, what ends by a day, of the accounts that a SELECT of ids names; return how many.

    Only what renews itself, or, with `is_every_term`, everything with a term. What somebody canceled ends as agreed.
    Services that end with their subscription go on with it. Safe to repeat: what is renewed is not due again.
    """
    actor.require(SUBSCRIPTIONS_WRITE)
    with transaction.atomic():
        terms = _lock_due(accounts, until_on, scope, is_every_term)
        if not terms:
            return 0
        ends = [
            compute_renewed_end(starts_on=term.starts_on, ends_on=term.ends_on, months=term.months, until_on=until_on)
            for term in terms
        ]
        _write(terms, ends)
        _record(terms, ends, at=at, actor=actor, reason=reason)
    return len(terms)


def _lock_due(
    accounts: tuple[str, Sequence[Any]], until_on: date, scope: ServiceScope, is_every_term: bool
) -> list[_Term]:
    chosen, params = accounts
    narrowed, values = scope_sql(scope._replace(excluded_kinds=()))
    renews = "" if is_every_term else " AND b.is_auto_renewed"
    rows = fetch_rows(
        f"SELECT b.id, b.status, b.starts_on, b.ends_on, b.commitment_months FROM {SUBSCRIPTIONS} b"
        f" WHERE b.account_id IN ({chosen}) AND b.ends_on <= %s AND b.commitment_months > 0 AND b.status = ANY(%s)"
        f" AND NOT b.status IN ('canceled', 'expired'){renews}{narrowed}"
        f" AND NOT {IS_CANCELING}"
        " ORDER BY b.id FOR NO KEY UPDATE OF b",
        [*params, until_on, list(RENEWABLE_STATUSES), *values],
    )
    return [_Term._make(row) for row in rows]


def _write(terms: Sequence[_Term], ends: Sequence[date]) -> None:
    moved = "unnest(%s::bigint[], %s::date[], %s::date[]) AS m (id, old_end, new_end)"
    arrays = [as_array(t.subscription_id for t in terms), as_array(t.ends_on for t in terms), as_array(ends)]
    run_sql(
        f"UPDATE {SERVICES} s SET ends_on = m.new_end FROM {moved}"
        " WHERE s.subscription_id = m.id AND s.ends_on = m.old_end AND NOT s.status = 'ended'"
        " AND s.ends_on > s.starts_on + 1",
        arrays,
    )
    run_sql(f"UPDATE {SUBSCRIPTIONS} b SET ends_on = m.new_end FROM {moved} WHERE b.id = m.id", arrays)


def _record(terms: Sequence[_Term], ends: Sequence[date], *, at: datetime, actor: Actor, reason: str) -> None:
    copy_rows(
        EVENTS,
        (
            "subscription_id",
            "event",
            "from_status",
            "to_status",
            "at",
            "actor_kind",
            "actor_id",
            "actor_label",
            "reason",
        ),
        (
            (
                term.subscription_id,
                "renew",
                term.status,
                term.status,
                at,
                actor.kind,
                actor.id,
                actor.label,
                f"{term.ends_on} to {end}: {reason}"[:300],
            )
            for term, end in zip(terms, ends, strict=True)
        ),
    )
