"""Every line explains itself, from what it keeps. Worked by hand."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from tallystick.invoicing.core.line_explanation import explain_line, write_formula

pytestmark = pytest.mark.rule("ZUO-47")


@dataclass
class Line:
    """A line of one unit at 10.00."""

    kind: str = "recurring"
    quantity: Decimal = Decimal("1.0000")
    unit_price: Decimal = Decimal("10.000000")
    part_days: int = 0
    full_days: int = 0
    percent: Decimal | None = None
    percent_of_minor: int = 0
    net_minor: int = 10_00


@pytest.mark.parametrize(
    ("given", "currency", "formula"),
    [
        ({}, "EUR", "1 × 10.00 = 10.00"),
        ({"quantity": Decimal("2.5"), "net_minor": 25_00}, "EUR", "2.5 × 10.00 = 25.00"),
        # 2 × 10.75 × 17 ÷ 30 = 12.18333…
        (
            {
                "quantity": Decimal(2),
                "unit_price": Decimal("10.75"),
                "part_days": 17,
                "full_days": 30,
                "net_minor": 12_18,
            },
            "EUR",
            "2 × 10.75 × 17/30 = 12.1833… → 12.18",
        ),
        (
            {"quantity": Decimal(3), "unit_price": Decimal("0.015"), "net_minor": 5},
            "EUR",
            "3 × 0.015 = 0.0450 → 0.05",
        ),
        ({"unit_price": Decimal("1000"), "net_minor": 1000}, "JPY", "1 × 1,000 = 1,000"),
        (
            {"kind": "discount", "percent": Decimal("10"), "percent_of_minor": 49_00, "net_minor": -4_90},
            "EUR",
            "−10 % × 49.00 = −4.90",
        ),
        (
            {"kind": "discount", "unit_price": Decimal("-5"), "part_days": 14, "full_days": 31, "net_minor": -2_26},
            "EUR",
            "−5.00 × 14/31 = −2.2581… → −2.26",
        ),
        ({"kind": "discount", "unit_price": Decimal("-5"), "net_minor": -3_00}, "EUR", "−5.00 → −3.00"),
    ],
)
def test_the_formula_is_the_same_in_every_language(given: dict[str, Any], currency: str, formula: str) -> None:
    assert write_formula(Line(**given), currency=currency) == formula


def test_words_say_how_days_were_counted_and_what_was_rounded() -> None:
    line = Line(part_days=17, full_days=30, net_minor=5_67)
    assert explain_line(line, currency="EUR", convention="actual") == (
        "1 × 10.00 × 17/30 = 5.6667… → 5.67; 17 of 30 days, by the days of the period; "
        "rounded once, half away from zero"
    )


def test_words_say_where_a_discount_stopped_and_what_is_a_fee_or_set_by_hand() -> None:
    stopped = Line(kind="discount", unit_price=Decimal("-5"), net_minor=-3_00)
    assert explain_line(stopped, currency="EUR") == "−5.00 → −3.00; at most what was left of the amount"
    fee = Line(kind="fee", unit_price=Decimal("1.5"), net_minor=1_50)
    assert explain_line(fee, currency="EUR") == "1 × 1.50 = 1.50; additional fee, once for the bill"
    assert explain_line(Line(kind="manual"), currency="EUR") == "1 × 10.00 = 10.00; set by hand"
