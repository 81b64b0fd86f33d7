"""Price models: which units are paid at which price, each charge explaining itself (docs/rules/price-models.md)."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from tallystick.catalog.core.tiers import Tier, parse_tiers
from tallystick.periods.period import Period
from tallystick.rating.bill import rate_services
from tallystick.rating.charge import Charge, rate
from tallystick.rating.discount import Discount
from tallystick.rating.errors import PercentageAlone, UsageNotMeasured
from tallystick.rating.explanation import explain, recompute
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms
from tallystick.rating.usage import rate_usage

MakeTerms = Callable[..., ServiceTerms]

SEATS = parse_tiers("10=9.00 100=8.00 more=7.00")
WITH_FLAT = parse_tiers("10=9.00+20.00 more=8.00+50.00")
JANUARY = Period(date(2026, 1, 1), date(2026, 2, 1))
ON = date(2026, 1, 1)


def price(model: str, unit_price: str = "0", **others: object) -> Price:
    return Price(model, Decimal(unit_price), "EUR", date(2020, 1, 1), None)._replace(**others)  # type: ignore[arg-type]


def told(charges: tuple[Charge, ...]) -> list[tuple[int, str]]:
    assert all(recompute(charge) == charge.amount_minor for charge in charges)
    return [(charge.amount_minor, explain(charge)) for charge in charges]


@pytest.mark.parametrize(
    ("quantity", "charges"),
    [
        (0, [(0, "1–10: 0 × 9.00")]),
        (1, [(900, "1–10: 1 × 9.00")]),
        (10, [(9000, "1–10: 10 × 9.00")]),
        (11, [(9000, "1–10: 10 × 9.00"), (800, "11–100: 1 × 8.00")]),
        (120, [(9000, "1–10: 10 × 9.00"), (72000, "11–100: 90 × 8.00"), (14000, "101+: 20 × 7.00")]),
        (Decimal("10.5"), [(9000, "1–10: 10 × 9.00"), (400, "11–100: 0.5 × 8.00")]),
    ],
)
def test_graduated_tiers_price_each_unit_where_it_stands(
    make_terms: MakeTerms, quantity: Decimal | int, charges: list[tuple[int, str]]
) -> None:
    terms = make_terms(quantity=quantity, prices=(price("graduated", tiers=SEATS),))
    assert told(rate(terms, ON)) == charges


@pytest.mark.parametrize(
    ("quantity", "amount", "words"),
    [(10, 9000, "1–10: 10 × 9.00"), (11, 8800, "11–100: 11 × 8.00"), (101, 70700, "101+: 101 × 7.00")],
)
def test_volume_tiers_price_all_units_by_the_whole_quantity(
    make_terms: MakeTerms, quantity: int, amount: int, words: str
) -> None:
    terms = make_terms(quantity=quantity, prices=(price("volume", tiers=SEATS),))
    assert told(rate(terms, ON)) == [(amount, words)]


def test_a_flat_amount_counts_for_each_tier_entered_or_for_the_one_that_counts(make_terms: MakeTerms) -> None:
    graduated = make_terms(quantity=12, prices=(price("graduated", tiers=WITH_FLAT),))
    assert told(rate(graduated, ON)) == [
        (9000, "1–10: 10 × 9.00"),
        (2000, "1–10, 1×: 20.00"),
        (1600, "11+: 2 × 8.00"),
        (5000, "11+, 1×: 50.00"),
    ]
    volume = make_terms(quantity=12, prices=(price("volume", tiers=WITH_FLAT),))
    assert told(rate(volume, ON)) == [(9600, "11+: 12 × 8.00"), (5000, "11+, 1×: 50.00")]


def test_tiers_of_a_part_of_a_period_are_prorated_each(make_terms: MakeTerms) -> None:
    terms = make_terms(quantity=12, anchor_day=15, prices=(price("graduated", tiers=SEATS),))
    assert told(rate(terms, ON)) == [(4065, "1–10: 10 × 9.00 × 14/31 days"), (723, "11–100: 2 × 8.00 × 14/31 days")]


@pytest.mark.parametrize(
    ("quantity", "packages"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (2500, 3), (Decimal("1000.5"), 2)]
)
def test_a_package_that_is_begun_is_paid_whole(make_terms: MakeTerms, quantity: Decimal | int, packages: int) -> None:
    terms = make_terms(quantity=quantity, prices=(price("package", "5.00", package_size=Decimal(1000)),))
    name = "package" if packages == 1 else "packages"
    assert told(rate(terms, ON)) == [(packages * 500, f"{packages} {name} of 1000 × 5.00")]


def test_a_minimum_adds_what_is_missing_before_discounts(make_terms: MakeTerms) -> None:
    ten_percent = Discount("percent", Decimal(10), None, None, "Loyalty")
    least = price("per_unit", "10.00", minimum=Decimal("25.00"))
    assert told(rate(make_terms(quantity=2, prices=(least,), discounts=(ten_percent,)), ON)) == [
        (2000, "2 × 10.00"),
        (500, "5.00 up to the least, 25.00"),
        (-250, "10 % of 25.00"),
    ]
    assert told(rate(make_terms(quantity=3, prices=(least,)), ON)) == [(3000, "3 × 10.00")]


def test_a_minimum_is_prorated_with_its_period(make_terms: MakeTerms) -> None:
    terms = make_terms(anchor_day=15, prices=(price("per_unit", "10.00", minimum=Decimal("25.00")),))
    assert told(rate(terms, ON)) == [(452, "10.00 × 14/31 days"), (677, "6.77 up to the least, 11.29")]


def test_a_percentage_is_of_the_named_services_of_its_subscription_after_their_discounts(
    make_terms: MakeTerms,
) -> None:
    half_off = Discount("percent", Decimal(50), None, None, "Welcome")
    base = make_terms(unit_price="100", service_id=1, subscription_id=5, discounts=(half_off,))
    seats = make_terms(unit_price="30", service_id=2, subscription_id=5)
    foreign = make_terms(unit_price="70", service_id=1, subscription_id=6)
    support = make_terms(
        prices=(price("percentage", "12.5", percent_of=(1,)),), service_id=3, subscription_id=5, is_percentage=True
    )
    of_all = support._replace(prices=(price("percentage", "12.5"),))
    assert told(rate_services([support, base, seats, foreign], ON)[0]) == [(625, "12.5 % of 50.00")]
    assert told(rate_services([base, seats, foreign, of_all], ON)[3]) == [(1000, "12.5 % of 80.00")]


def test_a_percentage_follows_each_missed_period_and_the_proration_of_the_others(make_terms: MakeTerms) -> None:
    base = make_terms(anchor_day=15, unit_price="100", service_id=1)
    support = make_terms(anchor_day=15, prices=(price("percentage", "10"),), service_id=2, is_percentage=True)
    charges = rate_services([base, support], date(2026, 2, 15))[1]
    assert told(charges) == [(452, "10 % of 45.16"), (1000, "10 % of 100.00"), (1000, "10 % of 100.00")]


def test_a_percentage_of_nothing_is_still_a_charge_so_that_its_period_counts_as_billed(make_terms: MakeTerms) -> None:
    support = make_terms(prices=(price("percentage", "10"),), is_percentage=True)
    assert told(rate_services([support], ON)[0]) == [(0, "10 % of 0.00")]


def test_a_percentage_alone_can_not_be_told(make_terms: MakeTerms) -> None:
    with pytest.raises(PercentageAlone, match="10 percent"):
        rate(make_terms(prices=(price("percentage", "10"),)), ON)


def test_what_was_used_is_priced_after_the_fact_and_not_prorated(make_terms: MakeTerms) -> None:
    calls = make_terms(prices=(price("usage", tiers=parse_tiers("100=0 more=0.05"), minimum=Decimal("3.00")),))
    half = Period(date(2026, 1, 17), date(2026, 2, 1))
    assert told(rate_usage(calls, used=Decimal("120.5"), part=JANUARY, full=JANUARY)) == [
        (0, "1–100: 100 × 0.00"),
        (103, "101+: 20.5 × 0.05"),
        (197, "1.97 up to the least, 3.00"),
    ]
    assert [charge.amount_minor for charge in rate_usage(calls, used=140, part=half, full=JANUARY)] == [0, 200]


def test_usage_without_tiers_is_paid_by_the_unit_or_the_package(make_terms: MakeTerms) -> None:
    by_unit = make_terms(prices=(price("usage", "0.0015"),))
    assert told(rate_usage(by_unit, used=2500, part=JANUARY, full=JANUARY)) == [(375, "2500 × 0.0015")]
    by_package = make_terms(prices=(price("usage", "5", package_size=Decimal(100)),))
    assert told(rate_usage(by_package, used=101, part=JANUARY, full=JANUARY)) == [(1000, "2 packages of 100 × 5.00")]


def test_usage_that_was_not_measured_is_refused_naming_the_service(make_terms: MakeTerms) -> None:
    with pytest.raises(UsageNotMeasured, match="Phone line"):
        rate(make_terms(prices=(price("usage", "1"),)), ON)


def test_what_is_sold_once_may_have_tiers_too(make_terms: MakeTerms) -> None:
    terms = make_terms(quantity=12, is_one_off=True, prices=(price("graduated", tiers=(Tier(None, Decimal(3)),)),))
    assert [(charge.kind, charge.amount_minor) for charge in rate(terms, ON)] == [("one_off", 3600)]
