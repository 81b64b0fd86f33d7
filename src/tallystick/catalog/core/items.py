"""What a catalog is made of, as values with codes for keys."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tallystick.catalog.core.tiers import Tier
from tallystick.periods import convention
from tallystick.periods.anchor import ANNIVERSARY, PERIOD
from tallystick.periods.frequency import LONGEST_DAYS, LONGEST_MONTHS

RECURRING, ONE_OFF = "recurring", "one_off"
SERVICE_KINDS = (RECURRING, ONE_OFF)
PRICE_MODELS = ("flat", "per_unit", "graduated", "volume", "package", "percentage")
CYCLE_METHODS = (ANNIVERSARY, PERIOD)
CHANGE_DAYS = ("", *convention.CHANGE_DAYS)
CANCELLATION_DAYS = ("", "billed", "free")
PRORATION_UNITS = ("", *convention.UNITS)
TRIAL_ENDINGS = ("converts", "expires")
DIGITAL = "digital"
SUPPLY_KINDS = (DIGITAL, "general")
TAX_CATEGORIES = ("standard", "reduced", "zero", "exempt")
BILLING_MODELS = ("prebill_pay_before", "prebill_pay_after", "postbill_pay_after")

#: Greatest lengths of texts, as the columns have them.
SERVICE_LIMITS = {"code": 60, "name": 120, "revenue_code": 40, "unit_name": 40}
PLAN_LIMITS = {"code": 60, "name": 120, "family": 60}
LONGEST_INTERVAL_MONTHS = LONGEST_MONTHS
LONGEST_INTERVAL_DAYS = LONGEST_DAYS
LONGEST_TRIAL = 366
LARGEST_LEVEL = 2_000_000_000

#: Service, plan, currency, months and days of the interval.
PriceDatesKey = tuple[str, str, str, int, int]


@dataclass(frozen=True, slots=True)
class NewService:
    """A thing sold. Kinds, price models and tax categories are those listed above."""

    code: str
    name: str
    kind: str = RECURRING
    price_model: str = "flat"
    revenue_code: str = "subscriptions"
    tax_category: str = "standard"
    unit_name: str = ""
    supply_kind: str = DIGITAL


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A sellable bundle; its interval of months or days is the cadence of its subscriptions unless they agree another.

    The conventions of proration are the seller's where they are empty. Plans of one `family` are tiers of each other.
    A trial is of days or of periods. Customers may subscribe by themselves to one that `is_self_serve`.
    """

    code: str
    name: str
    billing_model: str = "prebill_pay_after"
    interval_months: int = 1
    ranking_level: int = 1
    proration_method: str = ""
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
    is_self_serve: bool = False


@dataclass(frozen=True, slots=True)
class NewPlanService:
    """A service in a plan, both by code; `requires` is the code of another service of the plan (CRM-12)."""

    plan: str
    service: str
    is_mandatory: bool = True
    requires: str = ""
    tier_level: int | None = None


@dataclass(frozen=True, slots=True)
class NewPrice:
    """A dated rate of a service in one plan or (empty) in all: major units a unit and an interval of months or days.

    0 months and 0 days: once. `tiers`, `package_size` and `percent_of` (codes) go with the price models of those names;
    of a percentage the unit price is the percent. `minimum_price` is the least for a full interval.
    """

    service: str
    currency: str
    unit_price: Decimal
    valid_from: date
    plan: str = ""
    interval_months: int = 1
    valid_until: date | None = None
    interval_days: int = 0
    tiers: tuple[Tier, ...] = ()
    package_size: Decimal | None = None
    percent_of: tuple[str, ...] = ()
    minimum_price: Decimal | None = None
    trial_unit_price: Decimal | None = None

    @property
    def key(self) -> PriceDatesKey:
        """What its dates must not overlap within."""
        return self.service, self.plan, self.currency, self.interval_months, self.interval_days


@dataclass(frozen=True, slots=True)
class NewComponent:
    """A service that a bundle may have, both by code, and what one unit costs inside it, maybe 0 (CRM-53)."""

    bundle: str
    service: str
    currency: str
    unit_price: Decimal
    interval_months: int = 1
