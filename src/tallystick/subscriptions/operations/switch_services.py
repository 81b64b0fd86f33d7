"""Switch services off and on again, with what that means for their billing: a step of runs and of payments."""

from collections.abc import Sequence
from datetime import date, datetime

from tallystick.catalog.models import Plan
from tallystick.plumbing.actor import Actor
from tallystick.plumbing.statements import as_array, fetch_rows, run_sql
from tallystick.subscriptions.core.candidacy import apply_candidate_event
from tallystick.subscriptions.core.lifecycle import apply_service_event
from tallystick.subscriptions.models import (
    DeactivationCandidate,
    ServiceInterruption,
    Subscription,
    SubscriptionService,
)
from tallystick.subscriptions.operations.queue_candidates import record_service_events

CANDIDATES = DeactivationCandidate._meta.db_table
INTERRUPTIONS = ServiceInterruption._meta.db_table
SERVICES = SubscriptionService._meta.db_table
SUBSCRIPTIONS = Subscription._meta.db_table
PLANS = Plan._meta.db_table


def switch_off(
    subscription_service_ids: Sequence[int], *, on: date, reason: str, at: datetime, actor: Actor
) -> list[int]:
    """Deactivate queued services from `on`; return those that really were up and queued.

    Days used before, of services billed in arrears, stay due. What is billed in advance and was not renewed has no
    bill: nothing of it is due while it is off. A step of a larger operation, which has asked its actor and holds the
    locks of the accounts.
    """
    rows = fetch_rows(
        f"UPDATE {SERVICES} s SET status = %s, billable_until_on = CASE"
        " WHEN p.billing_model = 'postbill_pay_after' AND b.scheme = 'normal' THEN greatest(s.starts_on, %s::date)"
        " ELSE least(s.billed_through, %s::date) END"
        f" FROM {SUBSCRIPTIONS} b JOIN {PLANS} p ON p.id = b.plan_id, {CANDIDATES} c"
        " WHERE s.id = ANY(%s::bigint[]) AND b.id = s.subscription_id AND s.status = 'effective'"
        " AND c.subscription_service_id = s.id AND c.status = 'queued' RETURNING s.id",
        [apply_service_event("effective", event="deactivate"), on, on, as_array(subscription_service_ids)],
    )
    off = sorted(row[0] for row in rows)
    run_sql(
        f"UPDATE {CANDIDATES} SET status = %s, settled_at = %s, off_on = %s"
        " WHERE subscription_service_id = ANY(%s::bigint[]) AND status = 'queued'",
        [apply_candidate_event("queued", event="deactivate"), at, on, as_array(off)],
    )
    run_sql(
        f"INSERT INTO {INTERRUPTIONS} (account_id, subscription_service_id, kind, from_on, extends_end)"
        f" SELECT account_id, id, 'deactivated', %s, false FROM {SERVICES} WHERE id = ANY(%s::bigint[]) ORDER BY id",
        [on, as_array(off)],
    )
    record_service_events(off, event="deactivate", from_status="effective", at=at, actor=actor, reason=reason)
    return off


def switch_on(
    subscription_service_ids: Sequence[int], *, on: date, reason: str, at: datetime, actor: Actor
) -> list[int]:
    """Activate services again that a deactivation run switched off; return those that really were.

    Billing goes on from `on`: the days off are never billed, which is written down as the reason for the hole. Services
    that still have used days to bill stay off until these are billed. A step of a larger operation.
    """
    rows = fetch_rows(
        f"WITH back AS (SELECT s.id, s.billed_through FROM {SERVICES} s WHERE s.id = ANY(%s::bigint[])"
        " AND s.status = 'not_effective' AND s.billable_until_on <= s.billed_through"
        " AND (s.ends_on IS NULL OR s.ends_on > %s) FOR NO KEY UPDATE),"
        f" closed AS (UPDATE {INTERRUPTIONS} i SET until_on = greatest(i.from_on, %s::date),"
        " unbilled_from_on = back.billed_through, unbilled_until_on = greatest(back.billed_through, %s::date)"
        " FROM back WHERE i.subscription_service_id = back.id AND i.until_on IS NULL)"
        f" UPDATE {SERVICES} s SET status = %s, billable_until_on = NULL,"
        " billed_through = greatest(s.billed_through, %s::date) FROM back WHERE back.id = s.id RETURNING s.id",
        [as_array(subscription_service_ids), on, on, on, apply_service_event("not_effective", event="activate"), on],
    )
    back = sorted(row[0] for row in rows)
    run_sql(
        f"UPDATE {CANDIDATES} SET status = %s, restored_at = %s"
        " WHERE subscription_service_id = ANY(%s::bigint[]) AND status = 'deactivated'",
        [apply_candidate_event("deactivated", event="restore"), at, as_array(back)],
    )
    record_service_events(back, event="activate", from_status="not_effective", at=at, actor=actor, reason=reason)
    return back
