"""The ink on a seller's color can be read: at least 4.5 to 1 (WCAG AA) on any color."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.sellers.core.contrast import BLACK, WHITE, choose_ink, compute_contrast


@pytest.mark.parametrize(
    ("color", "ink"), [("#000000", WHITE), ("#1f4e79", WHITE), ("#ffffff", BLACK), ("#ffd400", BLACK)]
)
def test_dark_colors_take_white_and_light_ones_black(color: str, ink: str) -> None:
    assert choose_ink(color) == ink


def test_black_on_white_is_21_to_1() -> None:
    assert compute_contrast("#000000", against="#ffffff") == 21


@given(st.integers(0, 0xFFFFFF))
def test_the_better_ink_is_chosen(number: int) -> None:
    color = f"#{number:06x}"
    chosen = compute_contrast(color, against=choose_ink(color))
    assert chosen == max(compute_contrast(color, against=ink) for ink in (WHITE, BLACK))
