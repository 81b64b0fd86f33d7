"""How an account's bill differs from the one of the run before. Pure; shares are exact, in basis points."""

from typing import NamedTuple

NEW, MISSING, UP, DOWN, TAX_CHANGED = "new", "missing", "up", "down", "tax_changed"
CHANGES: tuple[str, ...] = (NEW, MISSING, UP, DOWN, TAX_CHANGED)
BASIS_POINTS = 10_000


class Difference(NamedTuple):
    """What changed, and by how many hundredths of a percent of the amount before; None where there was none."""

    change: str
    basis_points: int | None = None


def compare_bills(now_minor: int | None, *, before_minor: int | None, is_taxed_otherwise: bool) -> Difference | None:
    """The difference of two gross amounts in minor units, None: no bill. None as the answer: nothing differs.

    From nothing to something has no percentage. A tiny part is not rounded away: it counts as one basis point.
    """
    if before_minor is None:
        return None if now_minor is None else Difference(NEW)
    if now_minor is None:
        return Difference(MISSING)
    change = now_minor - before_minor
    if change:
        points = max(abs(change) * BASIS_POINTS // abs(before_minor), 1) if before_minor else None
        return Difference(UP if change > 0 else DOWN, points)
    return Difference(TAX_CHANGED) if is_taxed_otherwise else None
