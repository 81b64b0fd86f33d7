"""Discounts on three levels: service, subscription, account, in that order (docs/rules/discounts.md)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.rating.bill import rate_services
from tallystick.rating.discount import Discount
from tallystick.rating.explanation import explain
from tallystick.rating.recurring_value import list_monthly_minor
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]

ON = date(2026, 1, 1)
LOYALTY = Discount("percent", Decimal(10), None, None, "Loyalty")
BUNDLE = Discount("amount", Decimal("6.00"), None, None, "Bundle")
PARTNER = Discount("percent", Decimal(5), None, None, "Partner")


def totals(services: list[ServiceTerms], on: date = ON) -> list[int]:
    return [sum(charge.amount_minor for charge in charges) for charges in rate_services(services, on)]


def test_the_worked_table_service_then_subscription_then_account(make_terms: MakeTerms) -> None:
    shared = {"subscription_id": 5, "subscription_discounts": (BUNDLE,), "account_discounts": (PARTNER,)}
    base = make_terms(unit_price="20.00", discounts=(LOYALTY,), **shared)
    seats = make_terms(unit_price="12.00", **shared)
    told = [[(charge.amount_minor, explain(charge)) for charge in each] for each in rate_services([base, seats], ON)]
    assert told == [
        [
            (2000, "20.00"),
            (-200, "10 % of 20.00"),
            (-360, "60 % of 6.00"),
            (-72, "5 % of 14.40"),
        ],
        [(1200, "12.00"), (-240, "40 % of 6.00"), (-48, "5 % of 9.60")],
    ]


def test_an_amount_off_a_subscription_is_split_to_the_cent_by_what_is_left(make_terms: MakeTerms) -> None:
    ten = Discount("amount", Decimal("10.00"), None, None, "Bundle")
    services = [make_terms(unit_price="33.33", subscription_discounts=(ten,)) for _ in range(3)]
    assert totals(services) == [3333 - 334, 3333 - 333, 3333 - 333]


def test_it_never_takes_more_than_there_is(make_terms: MakeTerms) -> None:
    services = [make_terms(unit_price=price, subscription_discounts=(BUNDLE,)) for price in ("1.00", "2.00")]
    assert totals(services) == [0, 0]


def test_each_period_takes_the_amount_once_and_a_part_of_one_its_share(make_terms: MakeTerms) -> None:
    services = [make_terms(anchor_day=15, unit_price="31.00", subscription_discounts=(BUNDLE,)) for _ in range(2)]
    assert sum(totals(services, date(2026, 1, 15))) == 2 * (1400 + 3100) - 271 - 600


def test_a_service_that_joins_later_does_not_take_the_amount_a_second_time(make_terms: MakeTerms) -> None:
    joined = make_terms(
        starts_on="2026-01-17",
        unit_price="31.00",
        subscription_starts_on=ON,
        subscription_discounts=(BUNDLE, LOYALTY),
    )
    assert totals([joined], date(2026, 1, 17)) == [1500 - 150]


def test_discounts_of_one_subscription_leave_the_others_alone(make_terms: MakeTerms) -> None:
    one = make_terms(subscription_id=1, subscription_discounts=(LOYALTY,))
    other = make_terms(subscription_id=2)
    assert totals([one, other]) == [900, 1000]


def test_what_is_sold_once_bears_percentages_but_no_amount_of_a_period(make_terms: MakeTerms) -> None:
    setup = make_terms(is_one_off=True, model="one_off", subscription_discounts=(BUNDLE, LOYALTY))
    line = make_terms(subscription_discounts=(BUNDLE, LOYALTY))
    assert totals([setup, line]) == [900, 360]


def test_a_shared_discount_counts_when_it_is_in_force_on_the_first_day(make_terms: MakeTerms) -> None:
    january = LOYALTY._replace(until_on=date(2026, 2, 1))
    terms = make_terms(subscription_discounts=(january,), account_discounts=(january,))
    assert totals([terms], date(2026, 2, 1)) == [810 + 1000]


@pytest.mark.rule("DEM-42")
@pytest.mark.rule("DEM-37")
def test_the_monthly_value_follows_the_same_order_without_rounding(make_terms: MakeTerms) -> None:
    shared = {"subscription_id": 5, "subscription_discounts": (BUNDLE,), "account_discounts": (PARTNER,)}
    base = make_terms(unit_price="20.00", discounts=(LOYALTY,), **shared)
    seats = make_terms(unit_price="12.00", **shared)
    assert list_monthly_minor([base, seats], ON) == [1440 * Fraction(95, 100), 960 * Fraction(95, 100)]
