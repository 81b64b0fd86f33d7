"""What a change in the middle of a billed period costs: new minus old for what is left of it (BIL-26, CRM-42)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from tallystick.money.rounding import multiply_price
from tallystick.periods.convention import Convention, Span, share_by
from tallystick.periods.period import Period
from tallystick.rating.charge import Charge, rate_part
from tallystick.rating.terms import ServiceTerms


class ChangePrice(NamedTuple):
    """What is given back of the old terms (amounts below 0) and asked for by the new ones; the sum is the price."""

    given_back: Sequence[Charge]
    asked: Sequence[Charge]

    @property
    def amount_minor(self) -> int:
        """New minus old, in minor units; 0 or less applies at once and is credited (BIL-26)."""
        return sum(charge.amount_minor for charge in (*self.given_back, *self.asked))


def prorate_price(
    unit_price: Decimal,
    *,
    part: Period | Span,
    full: Period | Span,
    exponent: int,
    convention: Convention = Convention(),  # noqa: B008 - immutable
    quantity: Decimal | int = 1,
    interval_months: int = 1,
) -> int:
    """Price × quantity × part ÷ full period, rounded once, in minor units; days or, of spans, seconds.

    The one way to a prorated amount; what companies do differently is which part and which full period (C-14).
    Refuses what the shares refuse (PartOutsidePeriod, MixedUnits, UnknownProrationMethod).
    """
    return multiply_price(
        unit_price, quantity, share_by(part, full, convention, interval_months=interval_months), exponent
    )


def rate_change(old: ServiceTerms | None, new: ServiceTerms | None, *, left: Period, full: Period) -> ChangePrice:
    """The charges of a change for the days that are left of a full period; None: there was or will be no service.

    The days come from :func:`tallystick.periods.convention.split_at_change`. Refuses as `rate_part` does.
    """
    if left.is_empty:
        return ChangePrice((), ())
    given_back = [_turn(charge) for charge in rate_part(old, left, full)] if old else []
    return ChangePrice(given_back, rate_part(new, left, full) if new else [])


def _turn(charge: Charge) -> Charge:
    return charge._replace(
        unit_price=-charge.unit_price,
        amount_minor=-charge.amount_minor,
        percent_of_minor=-charge.percent_of_minor,
    )
