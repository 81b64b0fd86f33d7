"""What a service is worth a month, for the monthly recurring revenue (MRR)."""

from datetime import date
from fractions import Fraction

from tallystick.money.currency import get_currency
from tallystick.periods.anchor import full_period
from tallystick.rating.discount import reduce_exactly
from tallystick.rating.price_list import get_price_model
from tallystick.rating.terms import ServiceTerms

_NOTHING = Fraction(0)


def monthly_minor(terms: ServiceTerms, on: date) -> Fraction:
    """The recurring value a month after discounts, in exact minor units; a yearly price counts a twelfth (DEM-37).

    It follows what is billed: price and discounts are those of the period that the day lies in. 0 for a one-off
    service and outside the service's life. Not rounded: add up first, round once at the end.
    """
    if terms.is_one_off or on < terms.starts_on or (terms.ends_on is not None and on >= terms.ends_on):
        return _NOTHING
    start_on = max(full_period(terms.cycle, on).start_on, terms.starts_on)
    price = terms.price_on(start_on)
    exponent = get_currency(price.currency).exponent
    units = get_price_model(price.model).list_units(price.unit_price, terms.quantity)
    full = sum((Fraction(unit_price) * Fraction(quantity) for quantity, unit_price in units), _NOTHING) * 10**exponent
    return reduce_exactly(full, terms.discounts, on=start_on, exponent=exponent) / terms.cycle.interval_months
