"""Trials: free or at a trial price until a day, then the price, or the end."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.rating.charge import rate
from tallystick.rating.explanation import explain
from tallystick.rating.recurring_value import monthly_minor
from tallystick.rating.terms import ServiceTerms
from tallystick.rating.trial import Trial

MakeTerms = Callable[..., ServiceTerms]


def test_a_free_trial_that_converts_is_followed_by_the_rest_of_its_period(make_terms: MakeTerms) -> None:
    terms = make_terms(unit_price="31.00", trial=Trial(date(2026, 1, 15)))
    charges = rate(terms, date(2026, 2, 1))
    assert [(charge.period_start, charge.amount_minor) for charge in charges] == [
        (date(2026, 1, 1), 0),
        (date(2026, 1, 15), 1700),
        (date(2026, 2, 1), 3100),
    ]
    assert explain(charges[0]) == "trial: 0.00 × 14/31 days"


@pytest.mark.rule("DEM-48")
def test_a_trial_that_expires_is_followed_by_nothing(make_terms: MakeTerms) -> None:
    terms = make_terms(trial=Trial(date(2026, 1, 15), converts=False))
    (charge,) = rate(terms, date(2026, 12, 1))
    assert (charge.period_end, charge.amount_minor) == (date(2026, 1, 15), 0)


def test_a_trial_price_is_paid_for_each_unit_meanwhile(make_terms: MakeTerms) -> None:
    terms = make_terms(quantity=2, trial=Trial(date(2026, 2, 1)))
    (price,) = terms.prices
    terms = terms._replace(prices=(price._replace(trial_unit_price=Decimal("1.50"), minimum=Decimal(99)),))
    assert [charge.amount_minor for charge in rate(terms, date(2026, 1, 1))] == [300]


@pytest.mark.rule("DEM-37")
def test_a_trial_is_worth_nothing_a_month_until_it_converts(make_terms: MakeTerms) -> None:
    terms = make_terms(trial=Trial(date(2026, 1, 15)))
    assert [monthly_minor(terms, date(2026, 1, day)) for day in (1, 14, 15)] == [0, 0, 1000]
    expiring = terms._replace(trial=Trial(date(2026, 1, 15), converts=False))
    assert monthly_minor(expiring, date(2026, 1, 15)) == 0
