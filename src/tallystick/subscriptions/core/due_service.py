"""A due subscription service and its discounts as plain values, as billing reads them in bulk."""

from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple


class DueService(NamedTuple):
    """A subscription service with unbilled days on or before a target date, with what its subscription and plan say.

    `ends_on` is the earlier end of service and subscription; `proration_method` is empty where the seller's counts;
    `collection_method` is empty where the account's billing mode decides. The last ones say how it ranks (CRM-9..12):
    `requires_id` is a service of the catalog.
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
    ranking_level: int = 1
    subscription_active_on: date | None = None
    subscription_created_at: datetime | None = None
    requires_id: int | None = None
    tier_level: int | None = None
    first_active_on: date | None = None
    created_at: datetime | None = None
    interval_days: int = 0
    trial_until_on: date | None = None
    trial_converts: bool = True
    subscription_starts_on: date | None = None
    alignment: str = ""


class ServiceScope(NamedTuple):
    """Which services a bill run looks at, by plan code, subscription and kind of charge. Empty means all.

    `has_evergreen` False leaves out subscriptions without an end.
    """

    plans: tuple[str, ...] = ()
    subscriptions: tuple[str, ...] = ()
    excluded_kinds: tuple[str, ...] = ()
    has_evergreen: bool = True


EVERY_SERVICE = ServiceScope()


class DiscountFacts(NamedTuple):
    """A discount in the order of rating's own: kind, value, first day, first day without it, label."""

    kind: str
    value: Decimal
    from_on: date | None
    until_on: date | None
    label: str
