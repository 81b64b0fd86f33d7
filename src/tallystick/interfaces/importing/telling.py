"""Telling thousands of mistakes in a few lines: those of a kind together, with their number; all of them in a file."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tallystick.interfaces.importing.columns import RowError

MOST_TOLD = 20
"""As many mistakes, or kinds of them, a person is told at once."""

_GIVEN = re.compile(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|[0-9]+(?:[-.,][0-9]+)*")
"""What a reason quotes of the row: texts in quotes, numbers and dates."""


class ErrorKind(NamedTuple):
    """Mistakes of one field that differ by what the rows say at most: the first, and how many there are."""

    first: RowError
    many: int

    def __str__(self) -> str:
        return str(self.first) if self.many == 1 else f"{self.first} (and {self.many - 1:,} more like it)"


def group_errors(errors: Sequence[RowError]) -> list[ErrorKind]:
    """The kinds of mistakes in the order in which each is met first."""
    kinds: dict[tuple[str, str], tuple[RowError, list[int]]] = {}
    for error in errors:
        kinds.setdefault((error.field, _GIVEN.sub("…", error.reason)), (error, [0]))[1][0] += 1
    return [ErrorKind(first, count) for first, (count,) in kinds.values()]


def tell_errors(errors: Sequence[RowError], *, most: int = MOST_TOLD) -> list[str]:
    """Every mistake in a line of its own where there are at most so many, else that many kinds, with their numbers."""
    if len(errors) <= most:
        return [str(error) for error in errors]
    kinds = group_errors(errors)
    told = [str(kind) for kind in kinds[:most]]
    if left := kinds[most:]:
        told.append(f"and {sum(kind.many for kind in left):,} of {len(left):,} other kinds")
    return told


def write_errors(errors: Sequence[RowError], *, path: Path) -> None:
    """Write all mistakes to a CSV file: file, line, field, reason."""
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(RowError._fields)
        writer.writerows(errors)
