"""Reads about subscriptions. What a bill run needs comes in one query for thousands of accounts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection

from tallystick.catalog.models import Plan
from tallystick.subscriptions.core.lifecycle import BILLABLE_SERVICE_STATUSES, BILLABLE_STATUSES
from tallystick.subscriptions.models import ServiceDiscount, Subscription, SubscriptionService

SUBSCRIPTIONS = Subscription._meta.db_table
SERVICES = SubscriptionService._meta.db_table
PLANS = Plan._meta.db_table

# What is due on a target day: something not billed begins on or before it, and the service has not ended before that.
# An ended service and a canceled subscription stay due until their last day is billed, so that no used time is lost
# (CRM-37). The first line repeats the predicate of the index of due services.
_STATUSES = ", ".join(f"'{status}'" for status in BILLABLE_SERVICE_STATUSES)
_DUE = (
    f"s.status IN ({_STATUSES}) AND (s.ends_on IS NULL OR s.ends_on > s.billed_through)"
    " AND s.billed_through <= %s AND (b.ends_on IS NULL OR b.ends_on > s.billed_through) AND b.status = ANY(%s)"
)


class DueService(NamedTuple):
    """A subscription service with unbilled days on or before a target date, with what its subscription and plan say.

    `ends_on` is the earlier end of service and subscription; `proration_method` is empty where the seller's counts;
    `collection_method` is empty where the account's billing mode decides.
    """

    account_id: int
    subscription_id: int
    subscription_external_id: str
    plan_id: int
    billing_model: str
    proration_method: str
    interval_months: int
    anchor_day: int
    cycle_origin_on: date
    collection_method: str
    is_invoiced_separately: bool
    service_id: int
    subscription_service_id: int
    description: str
    quantity: Decimal
    unit_price_override: Decimal | None
    starts_on: date
    ends_on: date | None
    billed_through: date
    is_mandatory: bool


class DiscountFacts(NamedTuple):
    """A discount in the order of rating's own: kind, value, first day, first day without it, label."""

    kind: str
    value: Decimal
    from_on: date | None
    until_on: date | None
    label: str


def due_accounts_sql(target_on: date) -> tuple[str, list[Any]]:
    """A SELECT of the ids of all accounts with something due on a day, and its parameters, for set-based statements."""
    statement = f"SELECT s.account_id FROM {SERVICES} s JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id WHERE {_DUE}"
    return statement, [target_on, list(BILLABLE_STATUSES)]


def list_due_services(account_ids: Collection[int], target_on: date) -> list[DueService]:
    """Every due service of these accounts, by account, subscription and id, in one query.

    For services billed in arrears it says only that unbilled days began; rating tells whether their period is over.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.account_id, b.id, b.external_id, b.plan_id, p.billing_model, p.proration_method,"
            " b.interval_months, b.anchor_day, b.cycle_origin_on, b.collection_method, b.is_invoiced_separately,"
            " s.service_id, s.id, s.description, s.quantity, s.unit_price_override, s.starts_on,"
            " least(s.ends_on, b.ends_on), s.billed_through, s.is_mandatory"
            f" FROM {SERVICES} s JOIN {SUBSCRIPTIONS} b ON b.id = s.subscription_id JOIN {PLANS} p ON p.id = b.plan_id"
            f" WHERE s.account_id = ANY(%s) AND {_DUE} ORDER BY s.account_id, b.id, s.id",
            [list(account_ids), target_on, list(BILLABLE_STATUSES)],
        )
        return [DueService._make(row) for row in cursor.fetchall()]


def list_discounts(subscription_service_ids: Sequence[int]) -> dict[int, tuple[DiscountFacts, ...]]:
    """The discounts of each service in the order in which they apply; services without any are left out."""
    found: dict[int, list[DiscountFacts]] = defaultdict(list)
    rows = ServiceDiscount.objects.filter(subscription_service_id__in=list(subscription_service_ids))
    columns = ("subscription_service_id", *DiscountFacts._fields)
    for service_id, *facts in rows.order_by("subscription_service_id", "position").values_list(*columns):
        found[service_id].append(DiscountFacts._make(facts))
    return {service_id: tuple(discounts) for service_id, discounts in found.items()}
