"""Settlement: which credit pays which document (UNI-9, BIL-20, ZUO-38, ZUO-46). Pure."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from tallystick.invoicing.core.posting import document_subject

NOTHING_HELD: Final[Mapping[str, int]] = MappingProxyType({})
NO_SHARES: Final[Mapping[int, int]] = MappingProxyType({})


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


def match_credit(
    sources: Sequence[FreeCredit],
    *,
    documents: Sequence[OpenDocument],
    first: Collection[int] = (),
    held: Mapping[str, int] = NOTHING_HELD,
    shares: Mapping[int, int] = NO_SHARES,
) -> list[Match]:
    """Allocate credit, oldest source first, to named documents first, then by due date, then by number.

    `shares` are amounts that a payment names for documents: they come before what is older (MAX-30).

    `held` is what live holds keep, by purpose: a document takes what is held for it before anything else, and what is
    held for any other is left, the newest credit of all. The rest of the credit stays free. No match is ever zero or
    above what source and document have left.
    """
    pot = sorted(sources, key=lambda s: (s.arrived_on, s.source_id))
    left = {source.source_id: source.remaining_minor for source in pot}
    still_open = {document.document_id: document.open_minor for document in documents}
    queue = sorted(documents, key=lambda d: (d.document_id not in first, d.due_on, d.order))
    own = {d.document_id: held[subject] for d in queue if (subject := document_subject(d.document_id)) in held}
    taken: dict[tuple[int, int], int] = {}
    _take(left, taken, [(d, min(amount, still_open[d])) for d, amount in own.items()])
    for (_, document_id), amount in taken.items():
        still_open[document_id] -= amount
    _withhold(left, sum(held.values()) - sum(own.values()))
    named = {d: min(amount, still_open[d]) for d, amount in shares.items() if d in still_open}
    _take(left, taken, list(named.items()))
    for document_id, amount in named.items():
        still_open[document_id] -= amount
    _take(left, taken, [(d.document_id, still_open[d.document_id]) for d in queue])
    return [Match(source_id, document_id, amount) for (source_id, document_id), amount in taken.items()]


def _take(left: dict[int, int], taken: dict[tuple[int, int], int], wanted: Sequence[tuple[int, int]]) -> None:
    """Move what documents want, in their order, from `left` (in the order of the sources) to `taken`."""
    sources = deque(left)
    for document_id, wanted_minor in wanted:
        missing = wanted_minor
        while missing > 0 and sources:
            source_id = sources[0]
            amount = min(left[source_id], missing)
            if amount > 0:
                taken[source_id, document_id] = taken.get((source_id, document_id), 0) + amount
            left[source_id] -= amount
            missing -= amount
            if left[source_id] == 0:
                sources.popleft()


def _withhold(left: dict[int, int], amount_minor: int) -> None:
    """Take what is held for others off the newest sources: the oldest are spent first, now and by the holder."""
    missing = amount_minor
    for source_id in reversed(left):
        amount = min(left[source_id], missing)
        left[source_id] -= amount
        missing -= amount
