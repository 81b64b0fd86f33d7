"""A discount on everything that an account is billed, and what can be wrong with one."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.catalog.core.field_problems import has_more_decimals
from tallystick.errors import Problem
from tallystick.sellers.core.texts import find_text_problems

DISCOUNT_LIMITS = {"label": 120}
_HUNDRED = 100
_DECIMALS = 6


class NewAccountDiscount(NamedTuple):
    """So many percent off from `from_on` up to but without `until_on`; None: no limit."""

    percent: Decimal
    label: str = "Discount"
    from_on: date | None = None
    until_on: date | None = None


def find_discount_problems(discount: NewAccountDiscount) -> list[Problem]:
    """What is wrong with a discount."""
    problems = find_text_problems(discount, limits=DISCOUNT_LIMITS)
    if not discount.label.strip():
        problems.append(Problem("label", "must not be empty"))
    percent = discount.percent
    if not percent.is_finite() or not 0 < percent <= _HUNDRED:
        problems.append(Problem("percent", f"must be above 0 and at most 100, but is {percent}"))
    elif has_more_decimals(percent, decimals=_DECIMALS):
        problems.append(Problem("percent", f"must have at most {_DECIMALS} decimals"))
    return problems + find_end_problems(discount.from_on, until_on=discount.until_on)


def find_end_problems(from_on: date | None, *, until_on: date | None) -> list[Problem]:
    """Whether a discount would end before it begins; one that ends on the day it begins never counted."""
    if from_on is not None and until_on is not None and until_on < from_on:
        return [Problem("until_on", f"must not be before {from_on}, but is {until_on}")]
    return []
