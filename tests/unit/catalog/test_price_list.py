"""Which prices count for a service of a subscription (docs/rules/price-list.md)."""

from datetime import date
from decimal import Decimal

from tallystick.catalog.core.price_list import PriceFacts, PriceKey, PriceList, ServiceFacts

SEAT, SETUP, TEAM, BASIC = 1, 2, 11, 12
FROM = date(2026, 1, 1)


def price_list(prices: dict[PriceKey, list[str]]) -> PriceList:
    services = {
        SEAT: ServiceFacts(SEAT, "seat", "Seat", "recurring", "per_unit", "subscriptions", "standard", "seat"),
        SETUP: ServiceFacts(SETUP, "setup", "Set-up", "one_off", "flat", "services", "standard", ""),
    }
    dated = {
        key: tuple(PriceFacts(Decimal(text), key[2], FROM, None) for text in texts) for key, texts in prices.items()
    }
    return PriceList(services=services, plans={}, plan_services={}, prices=dated)


def amounts(found: tuple[PriceFacts, ...]) -> list[Decimal]:
    return [each.unit_price for each in found]


EVERYTHING: dict[PriceKey, list[str]] = {
    (SEAT, TEAM, "EUR", 12, 0): ["100.00"],
    (SEAT, TEAM, "EUR", 1, 0): ["11.00"],
    (SEAT, None, "EUR", 12, 0): ["120.00"],
    (SEAT, None, "EUR", 1, 0): ["12.50"],
}


def test_a_plans_own_price_for_the_interval_goes_first() -> None:
    found = price_list(EVERYTHING).list_prices(SEAT, plan_id=TEAM, currency="EUR", interval_months=12)
    assert amounts(found) == [Decimal("100.00")]


def test_without_one_a_plans_own_monthly_price_is_multiplied() -> None:
    found = price_list(EVERYTHING).list_prices(SEAT, plan_id=TEAM, currency="EUR", interval_months=3)
    assert amounts(found) == [Decimal("33.00")]


def test_a_plan_without_prices_has_the_general_ones() -> None:
    prices = price_list(EVERYTHING)
    assert amounts(prices.list_prices(SEAT, plan_id=BASIC, currency="EUR", interval_months=12)) == [Decimal("120.00")]
    assert amounts(prices.list_prices(SEAT, plan_id=BASIC, currency="EUR", interval_months=3)) == [Decimal("37.50")]


def test_a_plan_with_any_price_of_its_own_never_falls_back() -> None:
    # Its own price may have ended: then there is none, and the bill run says so, rather than another price.
    prices = price_list({(SEAT, TEAM, "EUR", 1, 0): ["11.00"], (SEAT, None, "EUR", 12, 0): ["120.00"]})
    assert amounts(prices.list_prices(SEAT, plan_id=TEAM, currency="EUR", interval_months=12)) == [Decimal("132.00")]


def test_all_dates_of_the_group_that_counts_are_given() -> None:
    prices = price_list({(SEAT, None, "EUR", 1, 0): ["12.00", "12.50"]})
    found = prices.list_prices(SEAT, plan_id=TEAM, currency="EUR", interval_months=2)
    assert amounts(found) == [Decimal("24.00"), Decimal("25.00")]


def test_another_currency_has_no_price() -> None:
    assert price_list(EVERYTHING).list_prices(SEAT, plan_id=TEAM, currency="USD", interval_months=1) == ()


def test_what_is_sold_once_costs_once_whatever_the_interval() -> None:
    prices = price_list({(SETUP, None, "EUR", 0, 0): ["250.00"], (SETUP, None, "EUR", 1, 0): ["1.00"]})
    found = prices.list_prices(SETUP, plan_id=TEAM, currency="EUR", interval_months=12)
    assert amounts(found) == [Decimal("250.00")]
