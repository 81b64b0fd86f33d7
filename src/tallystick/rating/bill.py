"""Services of one bill rated together: percentages of other services, and discounts that several services share.

The order is one, for every bill (docs/rules/discounts.md): prices with their minimum; each service's own discounts;
percentages of other services, with their own discounts; the subscription's discounts; the account's.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from tallystick.money.currency import get_currency
from tallystick.money.rounding import divide_half_away
from tallystick.periods.period import Period
from tallystick.periods.proration import WHOLE
from tallystick.rating.charge import RECURRING, Charge, add_discounts, rate, rate_part
from tallystick.rating.due_periods import list_due_periods
from tallystick.rating.shared_discounts import RatedPeriod, add_shared_discounts
from tallystick.rating.terms import ServiceTerms

_HUNDRED = 100


class _Service(NamedTuple):
    terms: ServiceTerms
    periods: list[RatedPeriod]


def rate_services(services: Sequence[ServiceTerms], target_on: date) -> list[tuple[Charge, ...]]:
    """The charges of each service that are due on a target date, in the order of the services given.

    Give all the services of an account that are billed together, and only those: a percentage is of what stands in the
    same bill, and an amount off a subscription is taken once. Refuses as :func:`tallystick.rating.charge.rate` does,
    save that a percentage is told here.
    """
    for terms in services:
        if terms.is_percentage or terms.subscription_discounts or terms.account_discounts:
            return _rate_together(services, target_on)
    return [rate(terms, target_on) for terms in services]


def _rate_together(services: Sequence[ServiceTerms], target_on: date) -> list[tuple[Charge, ...]]:
    rated = [_Service(terms, [] if terms.is_percentage else _rate_alone(terms, target_on)) for terms in services]
    others = [period for service in rated for period in service.periods]
    for terms, periods in rated:
        if terms.is_percentage:
            periods += _rate_percentage(terms, others, target_on)
    add_shared_discounts([period for service in rated for period in service.periods])
    return [tuple(charge for period in service.periods for charge in period.charges) for service in rated]


def _rate_alone(terms: ServiceTerms, target_on: date) -> list[RatedPeriod]:
    return [
        RatedPeriod(terms, part, full, rate_part(terms, part, full))
        for part, full in list_due_periods(terms, target_on)
    ]


def _rate_percentage(terms: ServiceTerms, others: Iterable[RatedPeriod], target_on: date) -> list[RatedPeriod]:
    of_the_same = [other for other in others if other.terms.subscription_id == terms.subscription_id]
    of_the_same.sort(key=_starts_on)
    periods = []
    for part, full in list_due_periods(terms, target_on):
        if terms.is_on_trial(part.start_on):
            charges = rate_part(terms, part, full)
        else:
            first = bisect_left(of_the_same, part.start_on, key=_starts_on)
            last = bisect_left(of_the_same, part.end_on, key=_starts_on)
            charges = _rate_percentage_period(terms, part, of_the_same[first:last])
        periods.append(RatedPeriod(terms, part, full, charges))
    return periods


def _starts_on(period: RatedPeriod) -> date:
    return period.part.start_on


def _rate_percentage_period(terms: ServiceTerms, part: Period, others: Iterable[RatedPeriod]) -> list[Charge]:
    """Of the named ones among those whose period begins in this one; they were prorated, so that this is not."""
    price = terms.price_on(part.start_on)
    named = price.percent_of
    base = sum(other.left_minor for other in others if not named or other.terms.service_id in named)
    numerator, denominator = price.unit_price.as_integer_ratio()
    amount = divide_half_away(base * numerator, denominator * _HUNDRED)
    charges = [
        Charge(
            terms.subscription_service_id,
            RECURRING,
            part.start_on,
            part.end_on,
            1,
            Decimal(amount).scaleb(-get_currency(price.currency).exponent),
            WHOLE,
            amount,
            "",
            price.currency,
            percent=price.unit_price,
            percent_of_minor=base,
        )
    ]
    add_discounts(charges, terms.discounts, amount, part_share=WHOLE, basis=0)
    return charges
