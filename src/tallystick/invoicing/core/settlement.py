"""Settlement: which credit pays which document (UNI-9, BIL-20, ZUO-38, ZUO-46). Pure."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple


class FreeCredit(NamedTuple):
    """What is left of one source of customer credit, in minor units."""

    source_id: int
    arrived_on: date
    remaining_minor: int


class OpenDocument(NamedTuple):
    """A posted document with something to pay, in minor units. `order` breaks ties: the number, or its place to be."""

    document_id: int
    due_on: date
    order: int
    open_minor: int


class Match(NamedTuple):
    """Part of a source allocated to a document, in minor units."""

    source_id: int
    document_id: int
    amount_minor: int


def withhold_credit(sources: Sequence[FreeCredit], *, amount_minor: int) -> list[FreeCredit]:
    """The sources without what holds claim of them together, in minor units, taken from the newest ones."""
    left: list[FreeCredit] = []
    for source in sorted(sources, key=lambda s: (s.arrived_on, s.source_id), reverse=True):
        held_minor = min(source.remaining_minor, amount_minor)
        amount_minor -= held_minor
        if source.remaining_minor > held_minor:
            left.append(source._replace(remaining_minor=source.remaining_minor - held_minor))
    return left[::-1]


def match_credit(
    sources: Sequence[FreeCredit],
    *,
    documents: Sequence[OpenDocument],
    first: Collection[int] = (),
) -> list[Match]:
    """Allocate credit, oldest source first, to named documents first, then by due date, then by number.

    The rest of the credit stays free. No match is ever zero or above what source and document have left.
    """
    queue = sorted(documents, key=lambda d: (d.document_id not in first, d.due_on, d.order))
    matches: list[Match] = []
    position, still_open = 0, queue[0].open_minor if queue else 0
    for source in sorted(sources, key=lambda s: (s.arrived_on, s.source_id)):
        remaining = source.remaining_minor
        while remaining > 0 and position < len(queue):
            amount = min(remaining, still_open)
            if amount > 0:
                matches.append(Match(source.source_id, queue[position].document_id, amount))
            remaining -= amount
            still_open -= amount
            if still_open == 0:
                position += 1
                still_open = queue[position].open_minor if position < len(queue) else 0
    return matches
