"""A breach of an invariant, as `check` reports it."""

from typing import NamedTuple


class Breach(NamedTuple):
    """Which invariant (its number in `check`) is broken by which row, and how, in words."""

    invariant: int
    subject: str
    problem: str
