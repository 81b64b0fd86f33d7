"""Discounts of a subscription and of an account, taken off several services (docs/rules/discounts.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.money.allocation import split_by_weights
from tallystick.money.currency import get_currency
from tallystick.money.rounding import divide_half_away, multiply_price
from tallystick.periods.period import Period
from tallystick.periods.proration import WHOLE
from tallystick.rating.charge import Charge, discount_off, part_of, percentage_off, share_off
from tallystick.rating.discount import PERCENT, Discount, list_reductions
from tallystick.rating.terms import ServiceTerms

#: A line keeps this many decimals of a percentage.
_PERCENT_DECIMALS = 6


class RatedPeriod(NamedTuple):
    """One period of one service with its charges so far; discounts are added to the list."""

    terms: ServiceTerms
    part: Period
    full: Period
    charges: list[Charge]

    @property
    def left_minor(self) -> int:
        """What the charges come to so far."""
        return sum(charge.amount_minor for charge in self.charges)


def add_shared_discounts(periods: Sequence[RatedPeriod]) -> None:
    """Take the discounts of subscriptions, then those of the account, each in its order and each of what is left."""
    by_subscription: dict[int, list[RatedPeriod]] = defaultdict(list)
    for period in periods:
        by_subscription[period.terms.subscription_id].append(period)
    for together in by_subscription.values():
        for discount in together[0].terms.subscription_discounts:
            _take(discount, together)
    for period in periods:
        for discount in period.terms.account_discounts:
            _take(discount, [period])


def begins_its_period(terms: ServiceTerms, part: Period, full: Period) -> bool:
    """Whether days are billed from the subscription's own beginning in that period.

    An amount off a subscription is taken of those alone. A service that joined later, in a bill of its own, would
    otherwise take the amount a second time.
    """
    starts_on = terms.subscription_starts_on or terms.starts_on
    return not terms.is_one_off and part.start_on == max(full.start_on, starts_on)


def _take(discount: Discount, periods: Iterable[RatedPeriod]) -> None:
    if discount.kind == PERCENT:
        for period in periods:
            _take_percentage(discount, period)
        return
    together: dict[date, list[RatedPeriod]] = defaultdict(list)
    for period in periods:
        if discount.is_in_force(period.part.start_on) and begins_its_period(period.terms, period.part, period.full):
            together[period.full.start_on].append(period)
    for sharing in together.values():
        _take_amount(discount, sharing)


def _take_percentage(discount: Discount, period: RatedPeriod) -> None:
    first = period.charges[0]
    exponent = get_currency(first.currency).exponent
    taken = list_reductions(period.left_minor, [discount], on=first.period_start, share=WHOLE, exponent=exponent)
    for _, left, minor in taken:
        period.charges.append(percentage_off(first, discount, left_minor=left, minor=minor))


def _take_amount(discount: Discount, sharing: Sequence[RatedPeriod]) -> None:
    """Split over the services by what is left of each, so that the parts add up to the amount exactly.

    Each part says how many percent of which amount it is; a service that bears all of it says the amount and its days.
    """
    exponent = get_currency(sharing[0].charges[0].currency).exponent
    left = [max(period.left_minor, 0) for period in sharing]
    longest, basis = max(part_of(period.terms, period.part, period.full) for period in sharing)
    taken = min(multiply_price(discount.value, 1, longest, exponent), sum(left))
    for period, weight, minor in zip(sharing, left, split_by_weights(taken, left), strict=True):
        if not minor:
            continue
        first = period.charges[0]
        if weight == sum(left):
            days = 0 if longest == WHOLE else basis
            period.charges.append(discount_off(first, discount, -discount.value, longest, minor, days))
        else:
            percent = _write_percent(weight, of=sum(left))
            period.charges.append(share_off(first, discount, percent, of_minor=taken, minor=minor))


def _write_percent(weight: int, *, of: int) -> Decimal:
    scale: int = 10 ** (_PERCENT_DECIMALS + 2)
    return Decimal(divide_half_away(weight * scale, of)).scaleb(-_PERCENT_DECIMALS)
