"""Which allocations are undone to make room, newest first. Pure."""

from collections.abc import Sequence
from typing import NamedTuple


class Placed(NamedTuple):
    """A live allocation: part of a source, matched to a document, in minor units."""

    allocation_id: int
    account_id: int
    source_id: int
    document_id: int
    book_id: int
    amount_minor: int


class Undoing(NamedTuple):
    """An allocation to undo, and how much of it is matched again at once, in minor units."""

    placed: Placed
    keeps_minor: int


def plan_undoing(placed: Sequence[Placed], *, free_minor: int) -> list[Undoing]:
    """Undo the newest until `free_minor` is free, or all; the last one keeps what was not needed of it."""
    undoings = []
    needed = free_minor
    for each in sorted(placed, key=lambda each: -each.allocation_id):
        if needed <= 0:
            break
        freed = min(needed, each.amount_minor)
        undoings.append(Undoing(each, each.amount_minor - freed))
        needed -= freed
    return undoings
