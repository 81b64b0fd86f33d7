"""The tax of a document: one sum and one rounding for each way of being taxed (EN 16931 BT-117)."""

from decimal import Decimal

import pytest

from tallystick.taxes.core.computation import TaxedNet, TaxLine, compute_tax, compute_tax_cumulative, tax_on
from tallystick.taxes.core.treatment import Treatment

STANDARD = Treatment.STANDARD
NINETEEN = Decimal(19)


@pytest.mark.rule("UNI-13")
@pytest.mark.parametrize(
    ("net", "rate", "tax"),
    [
        (10000, "19", 1900),
        (1003, "19", 191),
        (50, "19", 10),
        (-50, "19", -10),
        (1000, "25.5", 255),
        (2, "25", 1),
        (-2, "25", -1),
        (12345, "0", 0),
    ],
)
def test_tax_is_rounded_once_half_away_from_zero(net: int, rate: str, tax: int) -> None:
    assert tax_on(net, rate=Decimal(rate)) == tax


def test_tax_is_on_the_sum_of_a_group_not_on_its_lines() -> None:
    # Three lines of 0.33 at 19 %: 0.06 each would be 0.18; on the sum of 0.99 it is 0.19.
    (line,) = compute_tax([TaxedNet("DE", STANDARD, NINETEEN, 33)] * 3)
    assert line == TaxLine("DE", STANDARD, NINETEEN, 99, 19)


def test_each_country_treatment_and_rate_is_a_line_of_its_own_in_a_fixed_order() -> None:
    nets = [
        TaxedNet("DE", STANDARD, NINETEEN, 1000),
        TaxedNet("DE", Treatment.REVERSE_CHARGE, Decimal(0), 500),
        TaxedNet("AT", STANDARD, Decimal(20), 700),
        TaxedNet("DE", Treatment.REDUCED, Decimal(7), 300),
        TaxedNet("DE", STANDARD, Decimal("19.000"), -200),
        TaxedNet("DE", STANDARD, Decimal(16), 100),
    ]
    lines = compute_tax(nets)
    assert [tuple(line) for line in lines] == [
        ("AT", "standard", 20, 700, 140),
        ("DE", "reduced", 7, 300, 21),
        ("DE", "reverse_charge", 0, 500, 0),
        ("DE", "standard", 16, 100, 16),
        ("DE", "standard", 19, 800, 152),
    ]
    assert compute_tax(reversed(nets)) == lines


def test_a_document_without_lines_has_no_tax() -> None:
    assert compute_tax([]) == ()


def test_draws_one_by_one_end_at_the_tax_of_the_whole() -> None:
    taxes, net_so_far, tax_so_far = [], 0, 0
    for net in (33, 33, 33):
        tax = compute_tax_cumulative(net_so_far, tax_so_far=tax_so_far, net_new=net, rate=NINETEEN)
        taxes.append(tax)
        net_so_far, tax_so_far = net_so_far + net, tax_so_far + tax
    assert taxes == [6, 7, 6]
    assert sum(taxes) == tax_on(99, rate=NINETEEN)
