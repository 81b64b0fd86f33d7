"""Terms of a service for the tests of rating: 10.00 EUR a unit and month, on the 1st, unless a test says otherwise."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tallystick.periods.anchor import first_cycle
from tallystick.rating.price import Price
from tallystick.rating.terms import ServiceTerms

MakeTerms = Callable[..., ServiceTerms]


def _make_terms(
    *,
    starts_on: str = "2026-01-01",
    anchor_day: int = 1,
    interval_months: int = 1,
    unit_price: str = "10.00",
    model: str = "per_unit",
    currency: str = "EUR",
    **others: Any,
) -> ServiceTerms:
    dates = {
        name: date.fromisoformat(others.pop(name))
        for name in ("ends_on", "billed_through")
        if isinstance(others.get(name), str)
    }
    start = date.fromisoformat(starts_on)
    given = {
        "subscription_service_id": 7,
        "quantity": 1,
        "cycle": first_cycle(start, anchor_day, interval_months),
        "prices": (Price(model, Decimal(unit_price), currency, date(2020, 1, 1), None),),
        "override_price": None,
        "discounts": (),
        "starts_on": start,
        "service": "Phone line",
    }
    return ServiceTerms(**{**given, **dates, **others})


@pytest.fixture(scope="session")
def make_terms() -> MakeTerms:
    """Make the terms of a service from what matters in a test."""
    return _make_terms
