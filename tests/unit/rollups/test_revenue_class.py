"""One class an account, the first that fits, and what it adds to forecast and confirmed MRR."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from tallystick.rollups.core.revenue_class import (
    CLASS_MEANINGS,
    REVENUE_CLASSES,
    PaymentRelation,
    ServiceValue,
    classify_account,
    compute_revenue,
)

ON = date(2026, 3, 15)

MANAGED = PaymentRelation(True, False, False, pays_by_transfer=True, paid_until=None)
PAID = MANAGED._replace(paid_until=date(2026, 4, 1))
CARD = PaymentRelation(False, True, True, pays_by_transfer=False, paid_until=None)
REFUSED_CARD = CARD._replace(has_chargeable_method=False)
NOTHING = REFUSED_CARD._replace(has_method=False)


def service(agreed: int, *, listed: int | None = None, is_trial: bool = False) -> ServiceValue:
    return ServiceValue(Fraction(agreed if listed is None else listed), Fraction(agreed), is_trial)


@pytest.mark.rule("DEM-35")
@pytest.mark.parametrize(
    ("services", "pays", "expected"),
    [
        ([], CARD, "unclassified"),
        ([service(0)], CARD, "free"),
        ([service(0)], PAID, "free"),
        ([service(75_00, is_trial=True)], CARD, "trial"),
        ([service(75_00, is_trial=True), service(1_00)], CARD, "paying"),
        ([service(0, listed=75_00)], CARD, "comped"),
        ([service(0, listed=75_00)], MANAGED, "comped"),
        ([service(75_00)], NOTHING, "comped"),
        ([service(75_00)], NOTHING._replace(pays_by_transfer=True), "unclassified"),
        ([service(75_00)], NOTHING._replace(paid_until=date(2026, 3, 16)), "paying"),
        ([service(75_00)], CARD, "paying"),
        ([service(75_00)], MANAGED, "managed"),
        ([service(75_00)], PAID, "paying"),
        ([service(75_00)], PAID._replace(paid_until=ON), "managed"),
        ([service(75_00)], MANAGED._replace(has_chargeable_method=True, has_method=True), "managed"),
        ([service(75_00)], REFUSED_CARD, "unclassified"),
    ],
)
def test_the_first_class_that_fits(services: list[ServiceValue], pays: PaymentRelation, expected: str) -> None:
    assert classify_account(services, pays=pays, on=ON) == expected


@pytest.mark.rule("DEM-40")
@pytest.mark.parametrize(
    ("pays", "services", "expected"),
    [
        (MANAGED, [service(150_00)], ("managed", 150_00, 0)),
        (PAID, [service(150_00)], ("paying", 150_00, 150_00)),
        (REFUSED_CARD, [service(150_00)], ("unclassified", 150_00, 0)),
        (NOTHING, [service(150_00)], ("comped", 0, 0)),
        (CARD, [service(150_00, is_trial=True)], ("trial", 0, 0)),
        (CARD, [service(150_00, is_trial=True), service(20_00)], ("paying", 20_00, 20_00)),
    ],
)
def test_only_who_is_paying_is_confirmed(
    pays: PaymentRelation, services: list[ServiceValue], expected: tuple[str, int, int]
) -> None:
    assert compute_revenue(services, pays=pays, on=ON) == expected


@pytest.mark.rule("DEM-37")
def test_services_are_added_exactly_and_rounded_once() -> None:
    thirds = [ServiceValue(Fraction(100, 3), Fraction(100, 3), is_trial=False)] * 3
    assert compute_revenue(thirds, pays=CARD, on=ON).mrr_forecast_minor == 100
    half = [ServiceValue(Fraction(1, 2), Fraction(1, 2), is_trial=False)]
    assert compute_revenue(half, pays=CARD, on=ON).mrr_forecast_minor == 1


def test_every_class_says_what_it_means() -> None:
    assert tuple(CLASS_MEANINGS) == REVENUE_CLASSES
