"""What came of an import."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import RowError

Progress = Callable[[str, int, int], None]
"""Is told what is being done, and how much of how much is: reading (bytes), then checking and writing (rows)."""


class ImportReport(NamedTuple):
    """What a file did. Nothing was written where there are errors and nothing was to be skipped.

    Counts rows: created, updated, those that said what was so already, and those left out because of errors.
    """

    kind: str
    file: str
    seller: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: Sequence[RowError] = ()

    @property
    def is_written(self) -> bool:
        """Whether the database has what the file says, save for what was skipped."""
        return not self.errors or self.skipped > 0


class Findings:
    """The errors of a file while it is read, and the lines that they are in."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._errors: list[RowError] = []
        self.lines: set[int] = set()

    def add(self, line: int, problems: Iterable[Problem]) -> None:
        """Note what is wrong with a line."""
        for problem in problems:
            self._errors.append(RowError(self._file, line, problem.field, problem.reason))
            self.lines.add(line)

    def list_errors(self) -> list[RowError]:
        """All errors by line, in the order in which they were found."""
        return sorted(self._errors, key=lambda error: error.line)
