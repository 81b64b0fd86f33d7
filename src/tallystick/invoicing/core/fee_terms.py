"""What additional fees need to be decided: the priced rules, and who would pay them. Pure."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple

from tallystick.catalog.core.fees import EMAIL, POST, FeeRuleFacts
from tallystick.catalog.core.price_list import ServiceFacts
from tallystick.rating.price import Price

EVERY_PLAN = 0


class FeePayer(NamedTuple):
    """What conditions ask of an account."""

    currency: str
    is_emailed: bool
    is_printed: bool
    segment: str


class PricedFee(NamedTuple):
    """A rule with the service that it charges and what that costs in the account's currency."""

    rule: FeeRuleFacts
    service: ServiceFacts
    prices: tuple[Price, ...]


class FeeTerms(NamedTuple):
    """All fees that could be charged to an account; `is_tested` tells whether its funds tests count them (CRM-32)."""

    fees: Sequence[PricedFee]
    payer: FeePayer
    is_tested: bool = True


def is_met(rule: FeeRuleFacts, *, payer: FeePayer, plan_ids: Collection[int], total_minor: int, on: date) -> bool:
    """Whether every condition of a rule is met by a bill of that date; the total is its gross before fees (CRM-33)."""
    return (
        rule.is_in_force(on)
        and _is_presented(rule, payer)
        and rule.segment in ("", payer.segment)
        and (rule.plan_id is None or rule.plan_id in plan_ids)
        and rule.currency in ("", payer.currency)
        and (rule.total_at_least_minor is None or rule.total_at_least_minor <= total_minor)
        and (rule.total_below_minor is None or total_minor < rule.total_below_minor)
    )


def _is_presented(rule: FeeRuleFacts, payer: FeePayer) -> bool:
    if rule.presentment == EMAIL:
        return payer.is_emailed
    if rule.presentment == POST:
        return payer.is_printed
    return True
