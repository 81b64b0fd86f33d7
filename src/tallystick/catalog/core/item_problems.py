"""What can be wrong with a service, a plan, a place in a plan or a price, each seen alone."""

import re
from collections.abc import Iterable
from decimal import Decimal

from tallystick.catalog.core.field_problems import (
    PRICE_DECIMALS,
    find_choice_problems,
    find_currency_problems,
    find_range_problems,
    find_unit_price_problems,
    has_more_decimals,
)
from tallystick.catalog.core.items import (
    BILLING_MODELS,
    CANCELLATION_DAYS,
    CHANGE_DAYS,
    CYCLE_METHODS,
    LARGEST_LEVEL,
    LONGEST_INTERVAL_DAYS,
    LONGEST_INTERVAL_MONTHS,
    LONGEST_TRIAL,
    ONE_OFF,
    PLAN_LIMITS,
    PRICE_MODELS,
    PRORATION_UNITS,
    RECURRING,
    SERVICE_KINDS,
    SERVICE_LIMITS,
    SUPPLY_KINDS,
    TAX_CATEGORIES,
    TRIAL_ENDINGS,
    NewPlan,
    NewPlanService,
    NewPrice,
    NewService,
)
from tallystick.catalog.core.tiers import find_tier_problems
from tallystick.errors import Problem
from tallystick.periods.proration import ProrationMethod
from tallystick.sellers.core.texts import find_text_problems

_CODE = re.compile(r"[-a-zA-Z0-9_]+", re.ASCII)
_LARGEST_PERCENT = 1_000
#: What of a price only one price model reads.
_READ_BY_MODEL = {"graduated": "tiers", "volume": "tiers", "package": "package_size", "percentage": "percent_of"}


def find_service_problems(service: NewService) -> list[Problem]:
    """What is wrong with a service."""
    problems = find_text_problems(service, limits=SERVICE_LIMITS) + _find_code_problems("code", service.code)
    problems += _find_empty(service, ("name", "revenue_code"))
    problems += find_choice_problems("kind", value=service.kind, choices=SERVICE_KINDS)
    problems += find_choice_problems("price_model", value=service.price_model, choices=PRICE_MODELS)
    problems += find_choice_problems("tax_category", value=service.tax_category, choices=TAX_CATEGORIES)
    problems += find_choice_problems("supply_kind", value=service.supply_kind, choices=SUPPLY_KINDS)
    if service.kind == ONE_OFF and service.price_model == "percentage":
        problems.append(Problem("price_model", "percentage is of a period, and what is sold once has none"))
    return problems


def find_plan_problems(plan: NewPlan) -> list[Problem]:
    """What is wrong with a plan."""
    problems = find_text_problems(plan, limits=PLAN_LIMITS) + _find_code_problems("code", plan.code)
    problems += _find_empty(plan, ("name",))
    problems += find_choice_problems("billing_model", value=plan.billing_model, choices=BILLING_MODELS)
    problems += find_interval_problems(plan.interval_months, interval_days=plan.interval_days)
    problems += find_choice_problems("cycle_method", value=plan.cycle_method, choices=CYCLE_METHODS)
    problems += find_range_problems("ranking_level", value=plan.ranking_level, least=1, most=LARGEST_LEVEL)
    problems += _find_convention_problems(plan)
    if plan.family:
        problems += _find_code_problems("family", plan.family)
    if plan.tier_level is not None:
        problems += find_range_problems("tier_level", value=plan.tier_level, least=0, most=LARGEST_LEVEL)
        if not plan.family:
            problems.append(Problem("tier_level", "needs a family of plans that it is a tier of"))
    return problems + _find_trial_problems(plan)


def _find_convention_problems(plan: NewPlan) -> list[Problem]:
    problems = find_choice_problems("change_day", value=plan.change_day, choices=CHANGE_DAYS)
    problems += find_choice_problems("cancellation_day", value=plan.cancellation_day, choices=CANCELLATION_DAYS)
    problems += find_choice_problems("proration_unit", value=plan.proration_unit, choices=PRORATION_UNITS)
    if plan.proration_method:
        problems += find_choice_problems(
            "proration_method", value=plan.proration_method, choices=tuple(ProrationMethod)
        )
    return problems


def _find_trial_problems(plan: NewPlan) -> list[Problem]:
    problems = find_choice_problems("trial_ending", value=plan.trial_ending, choices=TRIAL_ENDINGS)
    for name in ("trial_days", "trial_periods"):
        problems += find_range_problems(name, value=getattr(plan, name), least=0, most=LONGEST_TRIAL)
    if plan.trial_days and plan.trial_periods:
        problems.append(Problem("trial_periods", "must be 0 where the trial is a number of days"))
    return problems


def find_interval_problems(interval_months: int, *, interval_days: int) -> list[Problem]:
    """What is wrong with an interval: neither a number of months nor one of days, or both."""
    if interval_days and interval_months:
        return [Problem("interval_days", "must be 0 where the interval is a number of months")]
    if interval_days:
        return find_range_problems("interval_days", value=interval_days, least=1, most=LONGEST_INTERVAL_DAYS)
    return find_range_problems("interval_months", value=interval_months, least=1, most=LONGEST_INTERVAL_MONTHS)


def find_plan_service_problems(plan_service: NewPlanService) -> list[Problem]:
    """What is wrong with a service's place in a plan, seen alone."""
    problems = []
    if plan_service.requires == plan_service.service:
        problems.append(Problem("requires", f"{plan_service.service} can't require itself"))
    if plan_service.tier_level is not None:
        problems += find_range_problems("tier_level", value=plan_service.tier_level, least=0, most=LARGEST_LEVEL)
    return problems


def find_price_problems(price: NewPrice, *, kind: str, price_model: str) -> list[Problem]:
    """What is wrong with a price of a service of that kind and price model, seen alone; empty where it isn't known."""
    problems = find_currency_problems(price.currency)
    problems += find_unit_price_problems(price.unit_price, name="unit_price")
    for name in ("minimum_price", "trial_unit_price"):
        amount = getattr(price, name)
        if amount is not None:
            problems += find_unit_price_problems(amount, name=name)
    if kind == ONE_OFF and (price.interval_months or price.interval_days):
        problems.append(Problem("interval_months", f"must be 0, as {price.service} is sold once"))
    if kind == RECURRING:
        problems += find_interval_problems(price.interval_months, interval_days=price.interval_days)
    if price.valid_until is not None and price.valid_until <= price.valid_from:
        problems.append(Problem("valid_until", f"must be after {price.valid_from}, but is {price.valid_until}"))
    return problems + (list(_find_model_problems(price, price_model)) if price_model else [])


def _find_model_problems(price: NewPrice, price_model: str) -> Iterable[Problem]:
    """What a price model needs is there, and what only others read is not."""
    own = _READ_BY_MODEL.get(price_model, "")
    for name in sorted({*_READ_BY_MODEL.values()} - {own}):
        if getattr(price, name):
            yield Problem(name, f"has no meaning for the price model {price_model}")
    if own == "tiers":
        yield from find_tier_problems(price.tiers)
        if price.unit_price:
            yield Problem("unit_price", f"must be 0: by the price model {price_model} the tiers have the prices")
    elif own == "package_size":
        yield from _find_package_problems(price.package_size)
    elif own == "percent_of":
        yield from _find_percentage_problems(price)


def _find_percentage_problems(price: NewPrice) -> Iterable[Problem]:
    if price.unit_price > _LARGEST_PERCENT:
        yield Problem("unit_price", f"is a percentage of at most {_LARGEST_PERCENT}, but is {price.unit_price}")
    if price.minimum_price is not None:
        yield Problem("minimum_price", "has no meaning for the price model percentage")


def _find_package_problems(size: Decimal | None) -> Iterable[Problem]:
    if size is None or not size.is_finite() or size <= 0:
        yield Problem("package_size", "is needed by the price model package, above 0")
    elif has_more_decimals(size, decimals=PRICE_DECIMALS):
        yield Problem("package_size", f"must have at most {PRICE_DECIMALS} decimals")


def _find_code_problems(name: str, code: str) -> list[Problem]:
    if _CODE.fullmatch(code):
        return []
    return [Problem(name, f"takes letters, digits, hyphens and underscores, but is {code!r}")]


def _find_empty(value: object, names: Iterable[str]) -> list[Problem]:
    return [Problem(name, "must not be empty") for name in names if not getattr(value, name).strip()]
