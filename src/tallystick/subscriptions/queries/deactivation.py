"""Reads of the deactivation queue. What a bill run asks comes in one query for thousands of accounts."""

from collections import defaultdict
from collections.abc import Collection

from tallystick.catalog.models import PlanService
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.models import DeactivationCandidate, Subscription, SubscriptionService

CANDIDATES = DeactivationCandidate._meta.db_table
SERVICES = SubscriptionService._meta.db_table
SUBSCRIPTIONS = Subscription._meta.db_table
PLAN_SERVICES = PlanService._meta.db_table


def list_queued_services(account_ids: Collection[int]) -> set[int]:
    """Ids of the subscription services of these accounts that wait in the queue."""
    rows = fetch_rows(
        f"SELECT subscription_service_id FROM {CANDIDATES}"
        " WHERE account_id = ANY(%s::bigint[]) AND status IN ('queued', 'deactivated') AND status = 'queued'",
        [as_array(account_ids)],
    )
    return {row[0] for row in rows}


def list_services_off(account_ids: Collection[int]) -> dict[int, frozenset[tuple[int, int, bool]]]:
    """Services that are switched off, by account: (subscription, service of the catalog, is mandatory)."""
    off: dict[int, set[tuple[int, int, bool]]] = defaultdict(set)
    rows = fetch_rows(
        "SELECT s.account_id, s.subscription_id, s.service_id, coalesce(ps.is_mandatory, s.is_mandatory)"
        f" FROM {SERVICES} s JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id"
        f" LEFT JOIN {PLAN_SERVICES} ps ON ps.plan_id = b.plan_id AND ps.service_id = s.service_id"
        " WHERE s.account_id = ANY(%s::bigint[]) AND s.status = 'not_effective'",
        [as_array(account_ids)],
    )
    for account_id, *service in rows:
        off[account_id].add((service[0], service[1], service[2]))
    return {account_id: frozenset(services) for account_id, services in off.items()}
