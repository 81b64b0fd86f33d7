"""Splitting an amount so that the parts add up to it (docs/rules/rounding.md)."""

from collections.abc import Sequence

from tallystick.money.errors import CannotSplit


def split_by_weights(total_minor: int, weights: Sequence[int]) -> list[int]:
    """Split minor units in proportion to whole, non-negative weights; the parts sum to the total exactly.

    Largest remainder: every part is first cut down to whole minor units, then the units left over go one each to the
    parts that lost most by the cut; of equal losses the one that comes first. A weight of 0 gets nothing. A negative
    total is split like the positive one with the sign turned. Refuses (:class:`CannotSplit`) a negative weight, and
    anything but 0 over weights that are all 0 or none.
    """
    if any(weight < 0 for weight in weights):
        raise CannotSplit(reason="a weight is negative")
    whole = sum(weights)
    if whole == 0:
        if total_minor:
            raise CannotSplit(reason="there is no weight to split by")
        return [0] * len(weights)
    if total_minor < 0:
        return [-part for part in split_by_weights(-total_minor, weights)]
    cut = [divmod(total_minor * weight, whole) for weight in weights]
    parts = [part for part, _ in cut]
    left_over = total_minor - sum(parts)
    # Python's sort is stable, so that equal remainders stay in order of position.
    for position in sorted(range(len(cut)), key=lambda at: -cut[at][1])[:left_over]:
        parts[position] += 1
    return parts
