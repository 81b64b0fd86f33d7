"""Put services that were not renewed into the deactivation queue, and take those out that were (CRM-21)."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from tallystick.plumbing.actor import Actor
from tallystick.plumbing.statements import as_array, fetch_rows, run_sql
from tallystick.subscriptions.core.candidacy import apply_candidate_event
from tallystick.subscriptions.models import DeactivationCandidate, SubscriptionEvent, SubscriptionService

CANDIDATES = DeactivationCandidate._meta.db_table
EVENTS = SubscriptionEvent._meta.db_table
SERVICES = SubscriptionService._meta.db_table


class NewCandidate(NamedTuple):
    """A service that was not renewed, and why."""

    subscription_service_id: int
    reason: str


def queue_candidates(candidates: Sequence[NewCandidate], *, queued_by: str, at: datetime, actor: Actor) -> int:
    """Queue services that are up; those that are queued already keep since when. Returns how many are new.

    Why is what the latest look found: a limit that was reached may have become a restriction since.

    A step of a larger operation, which has asked its actor and holds the accounts' locks. The services stay up.
    """
    if not candidates:
        return 0
    ids, reasons = zip(*candidates, strict=True)
    rows = fetch_rows(
        f"INSERT INTO {CANDIDATES} (account_id, subscription_service_id, status, reason, queued_by,"
        " queued_at, cleared_by)"
        " SELECT s.account_id, s.id, 'queued', c.reason, %s, %s, ''"
        f" FROM unnest(%s::bigint[], %s::text[]) AS c (id, reason)"
        f" JOIN {SERVICES} s ON s.id = c.id AND s.status IN ('effective', 'short_term_effective') ORDER BY s.id"
        " ON CONFLICT DO NOTHING RETURNING subscription_service_id",
        [queued_by, at, as_array(ids), list(reasons)],
    )
    run_sql(
        f"UPDATE {CANDIDATES} q SET reason = c.reason FROM unnest(%s::bigint[], %s::text[]) AS c (id, reason)"
        " WHERE q.subscription_service_id = c.id AND q.status = 'queued' AND q.reason <> c.reason",
        [as_array(ids), list(reasons)],
    )
    record_service_events(
        [row[0] for row in rows], event="queue_for_deactivation", at=at, actor=actor, reason=queued_by
    )
    return len(rows)


def clear_candidates(
    subscription_service_ids: Sequence[int], *, reason: str, at: datetime, actor: Actor, cleared_by: str = ""
) -> int:
    """Take services out of the queue that were renewed or ended; return how many were in it.

    A step of a larger operation, which has asked its actor and holds the accounts' locks.
    """
    if not subscription_service_ids:
        return 0
    rows = fetch_rows(
        f"UPDATE {CANDIDATES} SET status = %s, settled_at = %s, cleared_by = %s"
        " WHERE subscription_service_id = ANY(%s::bigint[]) AND status = 'queued' RETURNING subscription_service_id",
        [apply_candidate_event("queued", event="clear"), at, cleared_by, as_array(subscription_service_ids)],
    )
    record_service_events(sorted(row[0] for row in rows), event="clear_from_queue", at=at, actor=actor, reason=reason)
    return len(rows)


def undo_run_candidates(account_ids: Sequence[int], *, run: str, reason: str, at: datetime, actor: Actor) -> None:
    """Take out of the queue what a run put there and put back what it renewed, for a run that is taken back.

    A step of a larger operation, which has asked its actor and holds the accounts' locks.
    """
    queued = DeactivationCandidate.objects.filter(account_id__in=account_ids, status="queued", queued_by=run)
    queued_ids = list(queued.values_list("subscription_service_id", flat=True))
    clear_candidates(queued_ids, reason=reason[:300], at=at, actor=actor)
    rows = fetch_rows(
        f"UPDATE {CANDIDATES} c SET status = 'queued', settled_at = NULL, cleared_by = '' FROM {SERVICES} s"
        " WHERE s.id = c.subscription_service_id AND s.status IN ('effective', 'short_term_effective')"
        " AND c.account_id = ANY(%s::bigint[]) AND c.status = 'cleared' AND c.cleared_by = %s"
        f" AND NOT EXISTS (SELECT 1 FROM {CANDIDATES} o WHERE o.subscription_service_id = s.id"
        " AND o.status IN ('queued', 'deactivated')) RETURNING c.subscription_service_id",
        [as_array(account_ids), run],
    )
    services = sorted(row[0] for row in rows)
    record_service_events(services, event="queue_for_deactivation", at=at, actor=actor, reason=reason)


def record_service_events(
    subscription_service_ids: Sequence[int],
    *,
    event: str,
    at: datetime,
    actor: Actor,
    reason: str = "",
    from_status: str = "",
) -> None:
    """Append one event to each service, in bulk. An empty `from_status`: the status stays as it is."""
    if subscription_service_ids:
        run_sql(
            f"INSERT INTO {EVENTS} (subscription_id, subscription_service_id, event, from_status, to_status, at,"
            " actor_kind, actor_id, actor_label, reason)"
            " SELECT s.subscription_id, s.id, %s, coalesce(nullif(%s, ''), s.status), s.status, %s, %s, %s, %s, %s"
            f" FROM {SERVICES} s WHERE s.id = ANY(%s::bigint[]) ORDER BY s.id",
            [
                event,
                from_status,
                at,
                actor.kind,
                actor.id,
                actor.label,
                reason[:300],
                as_array(subscription_service_ids),
            ],
        )
