"""A preview's line says how much and why, in the decimals of its currency, without commas."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tallystick.invoicing.core.preview_line import PreviewLine, write_line_cells


def line(**changed: object) -> PreviewLine:
    facts: dict[str, object] = {"kind": "recurring", "quantity": Decimal("2.000000"), "unit_price": Decimal("9.5000")}
    facts |= {"part_days": 0, "full_days": 0, "percent": None, "percent_of_minor": 0, "net_minor": 19_00}
    return PreviewLine(**{**facts, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "currency", "cells"),
    [
        (line(), "EUR", ("2", "9.50", "19.00", "2 × 9.50 = 19.00")),
        (line(quantity=1000, unit_price=Decimal("1.2345"), net_minor=1_234_50), "EUR", ("1000", "1.2345", "1234.50")),
        (line(unit_price=Decimal("500.0000"), net_minor=1000), "JPY", ("2", "500", "1000", "2 × 500 = 1,000")),
    ],
)
def test_prices_and_sums_have_the_decimals_of_the_currency(
    given: PreviewLine, currency: str, cells: tuple[str, ...]
) -> None:
    given.quantity = Decimal(given.quantity)
    assert write_line_cells(given, currency=currency)[: len(cells)] == cells


def test_part_of_a_period_is_explained() -> None:
    half = write_line_cells(line(part_days=14, full_days=28, net_minor=9_50), currency="EUR")
    assert half.explanation == "2 × 9.50 × 14/28 = 9.50; 14 of 28 days"


def test_what_is_given_back_is_below_zero_and_says_so() -> None:
    back = write_line_cells(line(), currency="EUR", is_given_back=True)
    assert (back.net, back.explanation) == ("-19.00", "2 × 9.50 = 19.00; given back")
