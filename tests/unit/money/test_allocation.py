"""Splitting by the largest remainder (docs/rules/rounding.md)."""

import pytest

from tallystick.money.allocation import split_by_weights
from tallystick.money.errors import CannotSplit


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (101, [1, 1, 1], [34, 34, 33]),
        (100, [50, 30, 20], [50, 30, 20]),
        (10, [1, 2], [3, 7]),
        (1, [1, 1], [1, 0]),
        (5, [3, 3, 1], [2, 2, 1]),
        (100, [0, 1, 0, 1], [0, 50, 0, 50]),
        (0, [1, 2], [0, 0]),
        (7, [5], [7]),
    ],
)
def test_the_cents_left_over_go_to_the_parts_that_lost_most_then_to_the_first(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert split_by_weights(total, weights) == parts


def test_a_negative_total_is_split_like_the_positive_one() -> None:
    assert split_by_weights(-100, [1, 1, 1]) == [-34, -33, -33]


def test_nothing_over_no_weight_is_nothing() -> None:
    assert split_by_weights(0, []) == []
    assert split_by_weights(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("total", "weights"), [(1, []), (-1, [0, 0]), (5, [2, -1]), (0, [-1])])
def test_what_can_not_be_split_is_refused(total: int, weights: list[int]) -> None:
    with pytest.raises(CannotSplit):
        split_by_weights(total, weights)
