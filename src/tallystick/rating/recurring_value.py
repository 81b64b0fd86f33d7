"""What services are worth a month, for the monthly recurring revenue (MRR)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from tallystick.money.currency import get_currency
from tallystick.periods.anchor import Cycle, full_period
from tallystick.rating.charge import list_units
from tallystick.rating.discount import PERCENT, Discount, reduce_exactly
from tallystick.rating.due_periods import last_end
from tallystick.rating.terms import ServiceTerms

_NOTHING = Fraction(0)
_HUNDRED = 100
_DAYS_A_YEAR = 365


def monthly_minor(terms: ServiceTerms, on: date) -> Fraction:
    """The recurring value of a service alone a month, after its own discounts, in exact minor units (DEM-37).

    A yearly price counts a twelfth; one for a number of days by a year of 365. It follows what is billed: price and
    discounts are those of the period that the day lies in. 0 for a one-off service, usage, a trial, and outside the
    service's life. Not rounded: add up first, round once at the end. Refuses a day without a price (``NoPrice``).
    """
    return list_monthly_minor([terms._replace(subscription_discounts=(), account_discounts=())], on)[0]


def list_monthly_minor(services: Sequence[ServiceTerms], on: date) -> list[Fraction]:
    """The same for the services of an account together, in their order: with percentages and shared discounts."""
    values = list_period_minor(services, on)
    return [value * _per_month(terms.cycle) for value, terms in zip(values, services, strict=True)]


def list_period_minor(services: Sequence[ServiceTerms], on: date) -> list[Fraction]:
    """What each costs for a full period of its own, the one that the day lies in: seats times price for a monthly or a
    yearly plan alike, after discounts. Else as above."""
    values = [_NOTHING if terms.is_percentage else _compute_alone(terms, on) for terms in services]
    for position, terms in enumerate(services):
        if terms.is_percentage and _is_valued(terms, on):
            values[position] = _compute_percentage(terms, services, values, on)
    _take_shared(services, values, on)
    return values


def _is_valued(terms: ServiceTerms, on: date) -> bool:
    end = last_end(terms)
    return not (terms.is_one_off or terms.is_on_trial(on) or on < terms.starts_on or (end is not None and on >= end))


def _compute_alone(terms: ServiceTerms, on: date) -> Fraction:
    """What a full period costs after the service's own discounts."""
    if not _is_valued(terms, on):
        return _NOTHING
    start_on = _priced_on(terms, on)
    price = terms.price_on(start_on)
    exponent = get_currency(price.currency).exponent
    units = list_units(terms._replace(trial=None), price, start_on)
    full = sum((Fraction(unit_price) * Fraction(quantity) for quantity, unit_price, _ in units), _NOTHING)
    if price.minimum is not None:
        full = max(full, Fraction(price.minimum))
    return reduce_exactly(full * 10**exponent, terms.discounts, on=start_on, exponent=exponent)


def _compute_percentage(
    terms: ServiceTerms, services: Sequence[ServiceTerms], values: Sequence[Fraction], on: date
) -> Fraction:
    start_on = _priced_on(terms, on)
    price = terms.price_on(start_on)
    base = sum(
        (
            value
            for other, value in zip(services, values, strict=True)
            if other.subscription_id == terms.subscription_id
            and not other.is_percentage
            and (not price.percent_of or other.service_id in price.percent_of)
        ),
        _NOTHING,
    )
    exponent = get_currency(price.currency).exponent
    value = base * Fraction(price.unit_price) / _HUNDRED
    return reduce_exactly(value, terms.discounts, on=start_on, exponent=exponent)


def _take_shared(services: Sequence[ServiceTerms], values: list[Fraction], on: date) -> None:
    """Discounts of subscriptions, then of the account, in their order."""
    together: dict[int, list[int]] = defaultdict(list)
    for position, terms in enumerate(services):
        if values[position]:
            together[terms.subscription_id].append(position)
    for positions in together.values():
        for discount in services[positions[0]].subscription_discounts:
            _take(discount, positions, services=services, values=values, on=on)
        for position in positions:
            for discount in services[position].account_discounts:
                _take(discount, [position], services=services, values=values, on=on)


def _take(
    discount: Discount, positions: Sequence[int], *, services: Sequence[ServiceTerms], values: list[Fraction], on: date
) -> None:
    """Off what is left of each, an amount in proportion to that."""
    first = services[positions[0]]
    if discount.kind == PERCENT:
        for position in positions:
            start_on = _priced_on(services[position], on)
            values[position] = reduce_exactly(values[position], [discount], on=start_on, exponent=0)
        return
    left = sum((values[position] for position in positions), _NOTHING)
    start_on = _priced_on(first, on)
    exponent = get_currency(first.price_on(start_on).currency).exponent
    kept = reduce_exactly(left, [discount], on=start_on, exponent=exponent)
    for position in positions:
        values[position] = values[position] * kept / left if left else _NOTHING


def _priced_on(terms: ServiceTerms, on: date) -> date:
    """The first day billed of the period that a day lies in."""
    start_on = max(full_period(terms.cycle, on).start_on, terms.starts_on)
    return start_on if terms.trial is None else max(start_on, min(terms.trial.until_on, on))


def _per_month(cycle: Cycle) -> Fraction:
    if cycle.interval_months:
        return Fraction(1, cycle.interval_months)
    return Fraction(_DAYS_A_YEAR, 12 * cycle.interval_days)
