"""Rating: due periods, prices and discounts become charges (docs/rules/rating.md). There is no other way to a price."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from tallystick.money.amount import format_minor
from tallystick.money.currency import get_currency
from tallystick.money.rounding import multiply_price, multiply_units
from tallystick.periods.period import Period
from tallystick.periods.proration import WHOLE, basis_days, share
from tallystick.rating.discount import PERCENT, Discount, list_reductions
from tallystick.rating.due_periods import list_due_periods
from tallystick.rating.errors import OneOffPriceRecurring, UsageNotMeasured
from tallystick.rating.price import Price, PricedUnits
from tallystick.rating.price_list import PRICE_MODELS, get_price_model
from tallystick.rating.price_models import flat, percentage, usage
from tallystick.rating.terms import ServiceTerms

RECURRING = "recurring"
ONE_OFF = "one_off"
DISCOUNT = "discount"
#: Notes of charges that are no units of a price.
TRIAL_NOTE = "trial"
MINIMUM_NOTE = "min."

_NOTHING = Decimal(0)


class Charge(NamedTuple):
    """A rated amount with its service period, before tax. Amounts in minor units, unit prices in major units.

    ``kind`` is recurring, one_off or discount; a discount follows the charges of its service's period, is negative
    (an adjustment upwards positive) and carries its ``label``. ``basis_days`` is what the share was counted in, 0 for
    a whole period. A percentage (a discount's, or of other services) says how many percent of what amount it is.
    ``note`` tells the charges of one period apart: the tier, the package, the trial, the minimum.
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
    note: str = ""


def rate(terms: ServiceTerms, target_on: date) -> tuple[Charge, ...]:
    """Every charge of one service that is due on a target date, earliest period first. Rates nothing twice.

    Services of one subscription that share discounts or are a percentage of each other are rated together
    (:func:`tallystick.rating.bill.rate_services`). The price and the discounts in force on the first day billed count
    for the whole period. Refuses a day without a price (``NoPrice``), a one-off price on a service that recurs
    (``OneOffPriceRecurring``), a percentage (``PercentageAlone``) and usage (``UsageNotMeasured``).
    """
    charges: list[Charge] = []
    for part, full in list_due_periods(terms, target_on):
        charges += rate_part(terms, part, full)
    return tuple(charges)


def rate_part(terms: ServiceTerms, part: Period, full: Period) -> list[Charge]:
    """The charges for some days of a full period, whatever was billed of it: price × part ÷ full, rounded once each.

    Refuses as :func:`rate` does.
    """
    start_on, end_on = part
    service_id = terms.subscription_service_id
    price = terms.price_on(start_on)
    exponent = get_currency(price.currency).exponent
    is_whole = part == full
    part_share, basis = (WHOLE, 0) if is_whole else part_of(terms, part, full)
    kind = ONE_OFF if terms.is_one_off else RECURRING
    charges = []
    rated = 0
    for quantity, unit_price, note in list_units(terms, price, start_on):
        if is_whole:
            amount = multiply_units(unit_price, quantity, exponent)
        else:
            amount = multiply_price(unit_price, quantity, part_share, exponent)
        rated += amount
        charges.append(
            Charge(
                service_id,
                kind,
                start_on,
                end_on,
                quantity,
                unit_price,
                part_share,
                amount,
                "",
                price.currency,
                basis,
                None,
                0,
                note,
            )
        )
    if price.minimum is not None and not terms.is_on_trial(start_on):
        rated += add_minimum(charges, price.minimum, rated, part_share=part_share)
    if terms.discounts:
        add_discounts(charges, terms.discounts, rated, part_share=part_share, basis=basis)
    return charges


def part_of(terms: ServiceTerms, part: Period, full: Period) -> tuple[Fraction, int]:
    """The share of a full period that a part is, by the terms' method, and the days that it is counted in."""
    months, method = terms.cycle.interval_months, terms.proration_method
    return share(part, full, method, months), basis_days(full, method, months, part=part)


def list_units(terms: ServiceTerms, price: Price, on: date) -> tuple[PricedUnits, ...]:
    """The units that a full period is made of: those of the price's model, or of a trial. Refuses as `rate` does."""
    if terms.trial is not None and on < terms.trial.until_on:
        units = 1 if price.model in (flat.NAME, percentage.NAME) else terms.quantity
        return ((units, price.trial_unit_price or _NOTHING, TRIAL_NOTE),)
    model = PRICE_MODELS.get(price.model) or get_price_model(price.model)
    if not (model.prorates or terms.is_one_off):
        if model.name == usage.NAME:
            raise UsageNotMeasured(service=terms.service_name)
        if model.name != percentage.NAME:
            raise OneOffPriceRecurring(service=terms.service_name, on=on)
    return model.list_units(price, terms.quantity)


def add_minimum(charges: list[Charge], minimum: Decimal, rated_minor: int, *, part_share: Fraction) -> int:
    """Add what is missing to the least that the days cost, in minor units, and say how much it was."""
    before = charges[-1]
    exponent = get_currency(before.currency).exponent
    least = multiply_price(minimum, 1, part_share, exponent)
    missing = least - rated_minor
    if missing <= 0:
        return 0
    charges.append(
        before._replace(
            quantity=1,
            unit_price=Decimal(missing).scaleb(-exponent),
            share=WHOLE,
            amount_minor=missing,
            basis_days=0,
            note=f"{MINIMUM_NOTE} {format_minor(least, before.currency)}",
        )
    )
    return missing


def add_discounts(
    charges: list[Charge], discounts: tuple[Discount, ...], rated_minor: int, *, part_share: Fraction, basis: int
) -> None:
    """Add a service's own discounts to the charges of one of its periods, in the given order."""
    before = charges[0]
    exponent = get_currency(before.currency).exponent
    reductions = list_reductions(rated_minor, discounts, on=before.period_start, share=part_share, exponent=exponent)
    for discount, left, minor in reductions:
        if discount.kind == PERCENT:
            charges.append(percentage_off(before, discount, left_minor=left, minor=minor))
        else:
            charges.append(discount_off(before, discount, -discount.value, part_share, minor, basis))


def percentage_off(before: Charge, discount: Discount, *, left_minor: int, minor: int) -> Charge:
    """The charge of a percentage that takes so much of what was left.

    That was prorated already, so that the discount itself has no share.
    """
    unit_price = Decimal(-minor).scaleb(-get_currency(before.currency).exponent)
    return discount_off(before, discount, unit_price, WHOLE, minor, 0, discount.value, left_minor)


def share_off(before: Charge, discount: Discount, percent: Decimal, *, of_minor: int, minor: int) -> Charge:
    """The charge of one service's part of an amount off several: so many percent of what is taken of them together."""
    unit_price = Decimal(-minor).scaleb(-get_currency(before.currency).exponent)
    return discount_off(before, discount, unit_price, WHOLE, minor, 0, percent, of_minor)


def discount_off(
    before: Charge,
    discount: Discount,
    unit_price: Decimal,
    part_share: Fraction,
    minor: int,
    basis: int,
    percent: Decimal | None = None,
    percent_of_minor: int = 0,
) -> Charge:
    """The charge of a discount that takes so much; without a percentage its unit price and share say how much."""
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
        percent_of_minor,
    )
