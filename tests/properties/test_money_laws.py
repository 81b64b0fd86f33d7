"""What must hold for every amount of money, whatever the figures."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from tallystick.money.allocation import split_by_weights
from tallystick.money.amount import MAX_MINOR, format_minor, parse_minor
from tallystick.money.currency import list_currencies
from tallystick.money.rounding import multiply_price, round_half_away

MINOR = st.integers(-MAX_MINOR, MAX_MINOR)
WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=20).filter(any)
CURRENCIES = st.sampled_from([currency.code for currency in list_currencies()])


@given(total=MINOR, weights=WEIGHTS)
def test_the_parts_of_a_split_sum_to_the_whole(total: int, weights: list[int]) -> None:
    assert sum(split_by_weights(total, weights)) == total


@given(total=MINOR, weights=WEIGHTS)
def test_no_part_is_a_whole_unit_away_from_its_exact_share(total: int, weights: list[int]) -> None:
    for part, weight in zip(split_by_weights(total, weights), weights, strict=True):
        assert abs(part - Fraction(total * weight, sum(weights))) < 1
        assert weight or part == 0


@given(total=MINOR, weights=WEIGHTS)
def test_the_sign_of_a_split_only_turns_its_parts(total: int, weights: list[int]) -> None:
    assert split_by_weights(-total, weights) == [-part for part in split_by_weights(total, weights)]


@given(minor=MINOR, currency=CURRENCIES)
def test_what_is_written_reads_back_the_same(minor: int, currency: str) -> None:
    assert parse_minor(format_minor(minor, currency), currency) == minor


@given(value=st.fractions())
def test_rounding_moves_by_at_most_a_half_and_is_symmetric(value: Fraction) -> None:
    rounded = round_half_away(value)
    assert abs(rounded - value) <= Fraction(1, 2)
    assert abs(rounded) >= abs(value) or abs(rounded - value) < Fraction(1, 2)
    assert round_half_away(-value) == -rounded


@given(
    unit_price=st.decimals(-(10**9), 10**9, places=6),
    quantity=st.decimals(0, 10**6, places=4),
    share=st.fractions(0, 1),
    exponent=st.sampled_from([0, 2, 3]),
)
def test_a_price_is_multiplied_as_exact_fractions_would(
    unit_price: Decimal, quantity: Decimal, share: Fraction, exponent: int
) -> None:
    exact = Fraction(unit_price) * Fraction(quantity) * share * 10**exponent
    assert multiply_price(unit_price, quantity, share, exponent) == round_half_away(exact)
