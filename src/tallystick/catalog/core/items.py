"""What a catalog is made of, as values with codes for keys, and what can be wrong with each of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tallystick.errors import Problem
from tallystick.money.currency import get_currency
from tallystick.money.errors import UnknownCurrency
from tallystick.periods.proration import ProrationMethod
from tallystick.sellers.core.texts import find_text_problems

RECURRING, ONE_OFF = "recurring", "one_off"
SERVICE_KINDS = (RECURRING, ONE_OFF)
PRICE_MODELS = ("flat", "per_unit")
TAX_CATEGORIES = ("standard", "reduced", "zero", "exempt")
BILLING_MODELS = ("prebill_pay_before", "prebill_pay_after", "postbill_pay_after")

#: Greatest lengths of texts, as the columns have them.
SERVICE_LIMITS = {"code": 60, "name": 120, "revenue_code": 40, "unit_name": 40}
PLAN_LIMITS = {"code": 60, "name": 120}
LONGEST_INTERVAL_MONTHS = 120
LARGEST_LEVEL = 2_000_000_000
LARGEST_UNIT_PRICE = Decimal(10) ** 12
PRICE_DECIMALS = 6

_CODE = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)


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


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A sellable bundle; `interval_months` is the cadence of its subscriptions unless they agree another."""

    code: str
    name: str
    billing_model: str = "prebill_pay_after"
    interval_months: int = 1
    ranking_level: int = 1
    proration_method: str = ""


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
    """A dated rate of a service in one plan or (empty) in all: major units a unit and an interval; 0 months: once."""

    service: str
    currency: str
    unit_price: Decimal
    valid_from: date
    plan: str = ""
    interval_months: int = 1
    valid_until: date | None = None

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What its dates must not overlap within."""
        return self.service, self.plan, self.currency, self.interval_months


def find_service_problems(service: NewService) -> list[Problem]:
    """What is wrong with a service."""
    problems = find_text_problems(service, limits=SERVICE_LIMITS) + _find_code_problems(service.code)
    problems += _find_empty(service, ("name", "revenue_code"))
    problems += find_choice_problems("kind", value=service.kind, choices=SERVICE_KINDS)
    problems += find_choice_problems("price_model", value=service.price_model, choices=PRICE_MODELS)
    problems += find_choice_problems("tax_category", value=service.tax_category, choices=TAX_CATEGORIES)
    return problems


def find_plan_problems(plan: NewPlan) -> list[Problem]:
    """What is wrong with a plan."""
    problems = (
        find_text_problems(plan, limits=PLAN_LIMITS) + _find_code_problems(plan.code) + _find_empty(plan, ("name",))
    )
    problems += find_choice_problems("billing_model", value=plan.billing_model, choices=BILLING_MODELS)
    problems += find_range_problems(
        "interval_months", value=plan.interval_months, least=1, most=LONGEST_INTERVAL_MONTHS
    )
    problems += find_range_problems("ranking_level", value=plan.ranking_level, least=1, most=LARGEST_LEVEL)
    if plan.proration_method:
        problems += find_choice_problems(
            "proration_method", value=plan.proration_method, choices=tuple(ProrationMethod)
        )
    return problems


def find_plan_service_problems(plan_service: NewPlanService) -> list[Problem]:
    """What is wrong with a service's place in a plan, seen alone."""
    problems = []
    if plan_service.requires == plan_service.service:
        problems.append(Problem("requires", f"{plan_service.service} can't require itself"))
    if plan_service.tier_level is not None:
        problems += find_range_problems("tier_level", value=plan_service.tier_level, least=0, most=LARGEST_LEVEL)
    return problems


def find_price_problems(price: NewPrice, *, kind: str) -> list[Problem]:
    """What is wrong with a price of a service of that kind, seen alone."""
    problems = find_currency_problems(price.currency)
    problems += find_unit_price_problems(price.unit_price, name="unit_price")
    if kind == ONE_OFF and price.interval_months != 0:
        problems.append(Problem("interval_months", f"must be 0, as {price.service} is sold once"))
    if kind == RECURRING:
        problems += find_range_problems(
            "interval_months", value=price.interval_months, least=1, most=LONGEST_INTERVAL_MONTHS
        )
    if price.valid_until is not None and price.valid_until <= price.valid_from:
        problems.append(Problem("valid_until", f"must be after {price.valid_from}, but is {price.valid_until}"))
    return problems


def find_unit_price_problems(unit_price: Decimal, *, name: str) -> list[Problem]:
    """What is wrong with a price in major units: negative, too large, or with more decimals than are kept."""
    if not unit_price.is_finite():
        return [Problem(name, "must be a number")]
    if unit_price < 0:
        return [Problem(name, f"must not be negative, but is {unit_price}")]
    if unit_price >= LARGEST_UNIT_PRICE:
        return [Problem(name, f"must be less than {LARGEST_UNIT_PRICE}")]
    if has_more_decimals(unit_price, decimals=PRICE_DECIMALS):
        return [Problem(name, f"must have at most {PRICE_DECIMALS} decimals")]
    return []


def has_more_decimals(value: Decimal, *, decimals: int) -> bool:
    """Whether a finite number can't be written with that many decimals."""
    exponent = value.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent < -decimals


def find_currency_problems(currency: str) -> list[Problem]:
    """Whether a currency is unknown."""
    try:
        get_currency(currency)
    except UnknownCurrency as unknown:
        return [Problem("currency", unknown.message)]
    return []


def find_choice_problems(name: str, *, value: str, choices: Iterable[str]) -> list[Problem]:
    """Whether a value is none of the choices."""
    if value in choices:
        return []
    return [Problem(name, f"must be one of {', '.join(choices)}, but is {value!r}")]


def find_range_problems(name: str, *, value: int, least: int, most: int) -> list[Problem]:
    """Whether a whole number lies outside its bounds, which are allowed themselves."""
    if least <= value <= most:
        return []
    return [Problem(name, f"must be from {least} to {most}, but is {value}")]


def _find_code_problems(code: str) -> list[Problem]:
    if _CODE.fullmatch(code):
        return []
    return [Problem("code", f"takes letters, digits, hyphens and underscores, but is {code!r}")]


def _find_empty(value: object, names: Iterable[str]) -> list[Problem]:
    return [Problem(name, "must not be empty") for name in names if not getattr(value, name).strip()]
