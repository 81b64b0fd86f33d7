"""Which ink can be read on a seller's brand color: WCAG 2 contrast. Pure."""

from fractions import Fraction

WHITE, BLACK = "#ffffff", "#16181b"


def choose_ink(background: str) -> str:
    """White where it stands out at least as well as near-black does on this color ("#1f4e79"), else near-black."""
    on_white = compute_contrast(background, against=WHITE)
    return WHITE if on_white >= compute_contrast(background, against=BLACK) else BLACK


def compute_contrast(color: str, *, against: str) -> Fraction:
    """The contrast ratio of two colors, 1 to 21."""
    light, dark = sorted((_luminance(color), _luminance(against)), reverse=True)
    return (light + Fraction(1, 20)) / (dark + Fraction(1, 20))


def _luminance(color: str) -> Fraction:
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return (
        Fraction(2126, 10000) * _linear(red)
        + Fraction(7152, 10000) * _linear(green)
        + Fraction(722, 10000) * _linear(blue)
    )


def _linear(channel: int) -> Fraction:
    """sRGB to light, with the exponent 2 in place of 2.4: as good for choosing an ink, and exact."""
    return Fraction(channel, 255) ** 2
