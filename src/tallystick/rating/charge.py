"""Rating: due periods, prices and discounts become charges (docs/rules/rating.md)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tallystick.money.currency import get_currency
from tallystick.money.rounding import multiply_price
from tallystick.periods.period import Period
from tallystick.periods.proration import WHOLE, basis_days, share
from tallystick.rating.discount import PERCENT, Reduction, list_reductions
from tallystick.rating.due_periods import list_due_periods
from tallystick.rating.errors import OneOffPriceRecurring
from tallystick.rating.price import Price
from tallystick.rating.price_list import get_price_model
from tallystick.rating.terms import ServiceTerms

RECURRING = "recurring"
ONE_OFF = "one_off"
DISCOUNT = "discount"


class Charge(NamedTuple):
    """A rated amount with its service period, before tax. Amounts in minor units, unit prices in major units.

    ``kind`` is recurring, one_off or discount; a discount follows the charges of its service's period, is negative
    (an adjustment upwards positive) and carries its ``label``. ``basis_days`` is what the share was counted in, 0 for
    a whole period. A percentage discount says how many percent of what it took.
    """

    subscription_service_id: int
    kind: str
    period_start: date
    period_end: date
    quantity: Decimal | int
    unit_price: Decimal
    share: Fraction
    amount_minor: int
    label: str
    currency: str
    basis_days: int = 0
    percent: Decimal | None = None
    percent_of_minor: int = 0


def rate(terms: ServiceTerms, target_on: date) -> tuple[Charge, ...]:
    """Every charge of one service that is due on a target date, earliest period first. Rates nothing twice.

    The price and the discounts in force on the first day billed count for the whole period. Refuses a day without a
    price (``NoPrice``) and a one-off price on a service that recurs (``OneOffPriceRecurring``).
    """
    charges: list[Charge] = []
    for part, full in list_due_periods(terms, target_on):
        _rate_period(charges, terms, part, full)
    return tuple(charges)


def _rate_period(charges: list[Charge], terms: ServiceTerms, part: Period, full: Period) -> None:
    start_on, end_on = part
    service_id = terms.subscription_service_id
    price = terms.price_on(start_on)
    units = _list_units(terms, price, start_on)
    exponent = get_currency(price.currency).exponent
    part_share, basis = WHOLE, 0
    if part != full:
        months = terms.cycle.interval_months
        part_share = share(part, full, terms.proration_method, months)
        basis = basis_days(full, terms.proration_method, months)
    kind = ONE_OFF if terms.is_one_off else RECURRING
    rated = 0
    for quantity, unit_price in units:
        amount = multiply_price(unit_price, quantity, part_share, exponent)
        rated += amount
        charges.append(
            Charge(
                service_id, kind, start_on, end_on, quantity, unit_price, part_share, amount, "", price.currency, basis
            )
        )
    if terms.discounts:
        for reduction in list_reductions(rated, terms.discounts, on=start_on, share=part_share, exponent=exponent):
            charges.append(_discount_charge(charges[-1], reduction, part_share, basis, exponent))


def _list_units(terms: ServiceTerms, price: Price, on: date) -> tuple[tuple[Decimal | int, Decimal], ...]:
    model = get_price_model(price.model)
    if not model.prorates and not terms.is_one_off:
        raise OneOffPriceRecurring(service=terms.service_name, on=on)
    return model.list_units(price.unit_price, terms.quantity)


def _discount_charge(before: Charge, reduction: Reduction, part_share: Fraction, basis: int, exponent: int) -> Charge:
    discount, left, minor = reduction
    if discount.kind == PERCENT:
        # The percentage is of an amount that was prorated already, so that the discount itself has no share.
        unit_price, part_share, basis = Decimal(-minor).scaleb(-exponent), WHOLE, 0
        percent, percent_of = discount.value, left
    else:
        unit_price, percent, percent_of = -discount.value, None, 0
    return Charge(
        before.subscription_service_id,
        DISCOUNT,
        before.period_start,
        before.period_end,
        1,
        unit_price,
        part_share,
        -minor,
        discount.label,
        before.currency,
        basis,
        percent,
        percent_of,
    )
