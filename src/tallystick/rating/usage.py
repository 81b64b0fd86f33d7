"""What was used becomes charges, after the fact."""

from decimal import Decimal

from tallystick.money.currency import get_currency
from tallystick.money.rounding import multiply_price
from tallystick.periods.period import Period
from tallystick.periods.proration import WHOLE
from tallystick.rating.charge import RECURRING, Charge, add_discounts, add_minimum, part_of
from tallystick.rating.price_models.usage import list_units
from tallystick.rating.terms import ServiceTerms


def rate_usage(terms: ServiceTerms, *, used: Decimal | int, part: Period, full: Period) -> tuple[Charge, ...]:
    """The charges for what was used in some days of a full period, by the price on the first of them.

    Units are not prorated; a minimum and amounts off a full period are. Refuses a day without a price (``NoPrice``).
    """
    price = terms.price_on(part.start_on)
    exponent = get_currency(price.currency).exponent
    charges = [
        Charge(
            terms.subscription_service_id,
            RECURRING,
            part.start_on,
            part.end_on,
            quantity,
            unit_price,
            WHOLE,
            multiply_price(unit_price, quantity, WHOLE, exponent),
            "",
            price.currency,
            note=note,
        )
        for quantity, unit_price, note in list_units(price, used)
    ]
    rated = sum(charge.amount_minor for charge in charges)
    part_share, basis = part_of(terms, part, full)
    if price.minimum is not None:
        rated += add_minimum(charges, price.minimum, rated, part_share=part_share)
    if terms.discounts:
        add_discounts(charges, terms.discounts, rated, part_share=part_share, basis=basis)
    return tuple(charges)
