"""What can be wrong with a subscription seen alone."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.subscriptions.core.new_subscription import (
    NewDiscount,
    NewService,
    NewSubscription,
    find_subscription_problems,
)

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)
SERVICE = NewService("seat", starts_on=MARCH)
SOUND = NewSubscription("S-1", account="A-1", plan="team", services=(SERVICE,), starts_on=MARCH)


def faults(new: NewSubscription) -> list[tuple[int | None, str]]:
    return [(place, problem.field) for place, problem in find_subscription_problems(new)]


def with_service(**changes: Any) -> NewSubscription:
    return SOUND._replace(services=(SERVICE._replace(**changes),))


def test_a_sound_subscription_has_no_problems() -> None:
    assert faults(SOUND) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"external_id": ""}, "subscription"),
        ({"external_id": "a" * 81}, "subscription"),
        ({"services": ()}, "service"),
        ({"interval_months": 0}, "interval_months"),
        ({"anchor_day": 32}, "anchor_day"),
        ({"commitment_months": -1}, "commitment_months"),
        ({"collection_method": "cash"}, "collection_method"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on"),
        ({"is_canceled": True}, "ends_on"),
    ],
)
def test_the_subscription_is_judged(changes: dict[str, Any], field: str) -> None:
    assert faults(SOUND._replace(**changes)) == [(None, field)]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"quantity": Decimal(-1)}, "quantity"),
        ({"quantity": Decimal("0.00001")}, "quantity"),
        ({"quantity": Decimal(10) ** 10}, "quantity"),
        ({"quantity": Decimal("NaN")}, "quantity"),
        ({"unit_price_override": Decimal("-0.0000001")}, "unit_price"),
        ({"description": "a" * 161}, "description"),
        ({"external_id": "a" * 81}, "line"),
        ({"ends_on": date(2026, 2, 28)}, "ends_on"),
        ({"starts_on": date(2026, 2, 28)}, "starts_on"),
        ({"billed_elsewhere_until": date(2026, 2, 28)}, "billed_elsewhere_until"),
    ],
)
def test_each_service_is_judged(changes: dict[str, Any], field: str) -> None:
    assert faults(with_service(**changes)) == [(0, field)]


def test_no_units_are_allowed_and_so_is_an_end_on_the_first_day() -> None:
    assert faults(with_service(quantity=Decimal(0))) == []
    assert faults(with_service(ends_on=MARCH)) == []


@pytest.mark.parametrize(
    ("discount", "field"),
    [
        (NewDiscount("percent", Decimal(0)), "discount_percent"),
        (NewDiscount("percent", Decimal("100.01")), "discount_percent"),
        (NewDiscount("percent", Decimal(-5)), "discount_percent"),
        (NewDiscount("amount", Decimal(0)), "discount_amount"),
        (NewDiscount("amount", Decimal("NaN")), "discount_amount"),
        (NewDiscount("gift", Decimal(1)), "discount"),
        (NewDiscount("percent", Decimal(10), "a" * 121), "discount_label"),
        (NewDiscount("percent", Decimal(10), from_on=APRIL, until_on=APRIL), "discount_until"),
    ],
)
def test_each_discount_is_judged(discount: NewDiscount, field: str) -> None:
    assert faults(with_service(discounts=(discount,))) == [(0, field)]


def test_a_discount_may_take_all_and_an_amount_may_be_a_surcharge() -> None:
    discounts = (NewDiscount("percent", Decimal(100)), NewDiscount("amount", Decimal("-4.80")))
    assert faults(with_service(discounts=discounts)) == []


def test_two_services_of_one_key_are_told_at_the_second() -> None:
    assert faults(SOUND._replace(services=(SERVICE, SERVICE))) == [(1, "line")]
    assert faults(SOUND._replace(services=(SERVICE, SERVICE._replace(external_id="seat-2")))) == []
