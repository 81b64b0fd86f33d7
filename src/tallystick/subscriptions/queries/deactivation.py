"""Reads of the deactivation queue. What a bill run asks comes in one query for thousands of accounts."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from tallystick.accounts.models import Account
from tallystick.catalog.models import Plan, PlanService
from tallystick.plumbing.statements import as_array, fetch_rows
from tallystick.subscriptions.core.deactivation import CandidateFacts
from tallystick.subscriptions.errors import DeactivationRunUnknown, ServiceUnknown
from tallystick.subscriptions.models import (
    DeactivationCandidate,
    DeactivationRun,
    DeactivationRunItem,
    ServiceInterruption,
    Subscription,
    SubscriptionService,
)

ACCOUNTS = Account._meta.db_table
PLANS = Plan._meta.db_table
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


class QueueRow(NamedTuple):
    """A service in the queue or off because of it, for people."""

    candidate_id: int
    account_id: int
    account: str
    account_name: str
    subscription_id: int
    subscription: str
    subscription_service_id: int
    service: str
    status: str
    reason: str
    queued_by: str
    queued_at: datetime
    off_on: date | None


def list_candidates(
    *, seller_id: int | None = None, account_ids: Collection[int] | None = None
) -> list[CandidateFacts]:
    """Every service that is queued, or off because it was, of a seller or of accounts, with what runs choose by."""
    condition, values = ("a.seller_id = %s", [seller_id])
    if account_ids is not None:
        condition, values = "c.account_id = ANY(%s::bigint[])", [as_array(account_ids)]  # type: ignore[list-item]
    rows = fetch_rows(
        "SELECT c.id, c.subscription_service_id, c.account_id, c.status, c.reason, a.segment, p.code,"
        " b.interval_months, coalesce(a.credit_limit_minor, a.receivable_limit_minor), c.off_on, p.billing_model"
        f" FROM {CANDIDATES} c JOIN {ACCOUNTS} a ON a.id = c.account_id"
        f" JOIN {SERVICES} s ON s.id = c.subscription_service_id JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id"
        f" JOIN {PLANS} p ON p.id = b.plan_id WHERE c.status IN ('queued', 'deactivated') AND s.status <> 'ended'"
        f" AND {condition} ORDER BY c.account_id, c.id",
        values,
    )
    return [CandidateFacts._make(row) for row in rows]


def list_queue(
    *, seller_id: int | None = None, account_id: int | None = None, after_id: int = 0, limit: int = 100
) -> list[QueueRow]:
    """What waits to be switched off, and what is off, oldest first, from the one after `after_id`."""
    found = DeactivationCandidate.objects.filter(status__in=["queued", "deactivated"], pk__gt=after_id)
    if seller_id is not None:
        found = found.filter(account__seller_id=seller_id)
    if account_id is not None:
        found = found.filter(account_id=account_id)
    columns = (
        "pk",
        "account_id",
        "account__external_id",
        "account__name",
        "subscription_service__subscription_id",
        "subscription_service__subscription__external_id",
        "subscription_service_id",
        "subscription_service__service__name",
        "status",
        "reason",
        "queued_by",
        "queued_at",
        "off_on",
    )
    return [QueueRow._make(row) for row in found.order_by("pk").values_list(*columns)[:limit]]


def get_service(subscription_service_id: int) -> SubscriptionService:
    """A subscription service with what it is and its discounts; raises ServiceUnknown."""
    services = SubscriptionService.objects.select_related("service").prefetch_related("discounts")
    found = services.filter(pk=subscription_service_id).first()
    if found is None:
        raise ServiceUnknown(service=subscription_service_id)
    return found


def get_service_account(subscription_service_id: int) -> int:
    """The account of a subscription service; raises ServiceUnknown."""
    found = SubscriptionService.objects.filter(pk=subscription_service_id).values_list("account_id", flat=True).first()
    if found is None:
        raise ServiceUnknown(service=subscription_service_id)
    return found


def list_paused_services(subscription_id: int, *, status: str) -> list[int]:
    """The services of a subscription that are in a status of pausing, such as resting, in the order of their ids."""
    paused = SubscriptionService.objects.filter(subscription_id=subscription_id, status=status)
    return list(paused.order_by("pk").values_list("pk", flat=True))


def list_pauses_to_end(seller_id: int, *, on: date) -> list[tuple[int, date]]:
    """Subscription services of a seller whose rest or short term is over on that day, each with its own first day on.

    That lies before `on` for those that nobody was there to end in time.
    """
    due = ServiceInterruption.objects.filter(
        account__seller_id=seller_id,
        ends_by_on__lte=on,
        until_on__isnull=True,
        subscription_service__status__in=["resting", "short_term_off"],
    )
    found = due.order_by("ends_by_on", "pk").values_list("subscription_service_id", "ends_by_on")
    return [(service_id, ends_by_on) for service_id, ends_by_on in found if ends_by_on is not None]


def list_short_term_services(subscription_id: int, *, until_on: date) -> list[int]:
    """Services of a subscription that are on for a short term up to but without a day."""
    found = SubscriptionService.objects.filter(
        subscription_id=subscription_id, status="short_term_effective", billable_until_on=until_on
    )
    return list(found.order_by("pk").values_list("pk", flat=True))


def list_deactivation_runs(
    *, seller_id: int | None = None, after_id: int = 0, limit: int = 100
) -> list[DeactivationRun]:
    """Deactivation and activation runs in the order of their creation, from the one after `after_id`."""
    runs = DeactivationRun.objects.select_related("seller").filter(pk__gt=after_id)
    return list((runs if seller_id is None else runs.filter(seller_id=seller_id)).order_by("pk")[:limit])


def get_deactivation_run(run_id: int) -> DeactivationRun:
    """A run by its id; raises DeactivationRunUnknown."""
    run = DeactivationRun.objects.select_related("seller").filter(pk=run_id).first()
    if run is None:
        raise DeactivationRunUnknown(run=run_id)
    return run


def list_run_items(run_id: int) -> list[DeactivationRunItem]:
    """What a run did, service by service."""
    items = DeactivationRunItem.objects.filter(run_id=run_id)
    services = "subscription_service__service", "subscription_service__subscription", "subscription_service__account"
    return list(items.select_related(*services).order_by("pk"))


def list_due_deactivation_runs(seller_id: int, *, on: date) -> list[int]:
    """Ids of runs of a seller whose day has come and that were not executed, in their order."""
    due = DeactivationRun.objects.filter(seller_id=seller_id, status="pending", runs_on__lte=on)
    return list(due.order_by("runs_on", "pk").values_list("pk", flat=True))
