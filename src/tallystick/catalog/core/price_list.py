"""The whole price list of a seller in memory, immutable, read once for thousands of services.

Which prices count for a subscription service (docs/rules/price-list.md): of the groups below, the first that has any
price in the subscription's currency, whatever its dates. Which of them is in force on a day is for rating to say.

    1. prices of its plan for its interval
    2. prices of its plan for one month, times the months of the interval
    3. general prices for its interval
    4. general prices for one month, times the months of the interval

So a plan that has a price of its own never falls back to the general one in silence, and a yearly subscription costs
twelve months where no yearly price was set. Of an interval of days the same holds, with prices for one day. What is
sold once has interval 0, and a percentage is the same for any interval: neither is ever multiplied.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.items import DIGITAL, ONE_OFF
from tallystick.catalog.core.tiers import Tier
from tallystick.periods.anchor import ANNIVERSARY

PERCENTAGE = "percentage"

PriceKey = tuple[int, int | None, str, int, int]
"""Service id, plan id (None: every plan), currency, interval in months, interval in days (0 of both: once)."""


class ServiceFacts(NamedTuple):
    """A service, as billing needs it."""

    service_id: int
    code: str
    name: str
    kind: str
    price_model: str
    revenue_code: str
    tax_category: str
    unit_name: str
    supply_kind: str = DIGITAL

    @property
    def is_one_off(self) -> bool:
        """Whether it is sold once."""
        return self.kind == ONE_OFF


class PlanFacts(NamedTuple):
    """A plan, as billing needs it; an empty proration method means the seller's."""

    plan_id: int
    code: str
    name: str
    billing_model: str
    interval_months: int
    ranking_level: int
    proration_method: str
    interval_days: int = 0
    cycle_method: str = ANNIVERSARY
    change_day: str = ""
    cancellation_day: str = ""
    proration_unit: str = ""
    family: str = ""
    tier_level: int | None = None
    trial_days: int = 0
    trial_periods: int = 0
    trial_ending: str = "converts"


class PlanServiceFacts(NamedTuple):
    """A service's place in a plan."""

    plan_id: int
    service_id: int
    is_mandatory: bool
    requires_id: int | None
    tier_level: int | None


class PriceFacts(NamedTuple):
    """What one unit costs for one interval, in major units, from `valid_from` up to but without `valid_until`."""

    unit_price: Decimal
    currency: str
    valid_from: date
    valid_until: date | None
    tiers: tuple[Tier, ...] = ()
    package_size: Decimal | None = None
    percent_of: tuple[str, ...] = ()
    minimum_price: Decimal | None = None
    trial_unit_price: Decimal | None = None

    def times(self, count: int) -> "PriceFacts":
        """The price for so many intervals."""
        return self._replace(
            unit_price=self.unit_price * count,
            tiers=tuple(tier.times(count) for tier in self.tiers),
            minimum_price=None if self.minimum_price is None else self.minimum_price * count,
            trial_unit_price=None if self.trial_unit_price is None else self.trial_unit_price * count,
        )


class PriceList(NamedTuple):
    """Everything a seller sells: services and plans by id, places by (plan id, service id), prices by their key."""

    services: Mapping[int, ServiceFacts]
    plans: Mapping[int, PlanFacts]
    plan_services: Mapping[tuple[int, int], PlanServiceFacts]
    prices: Mapping[PriceKey, tuple[PriceFacts, ...]]

    def list_prices(
        self, service_id: int, *, plan_id: int, currency: str, interval_months: int, interval_days: int = 0
    ) -> tuple[PriceFacts, ...]:
        """The prices that count for a service in a subscription to that plan, by start; none if it has none at all."""
        find = self.prices.get
        service = self.services[service_id]
        if service.is_one_off:
            return find((service_id, plan_id, currency, 0, 0)) or find((service_id, None, currency, 0, 0)) or ()
        one = (0, 1) if interval_days else (1, 0)
        count = interval_days or interval_months
        for plan in (plan_id, None):
            exact = find((service_id, plan, currency, interval_months, interval_days))
            if exact:
                return exact
            single = find((service_id, plan, currency, *one))
            if single:
                return single if service.price_model == PERCENTAGE else tuple(each.times(count) for each in single)
        return ()
