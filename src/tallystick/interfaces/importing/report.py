"""What came of an import."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tallystick.errors import Problem
from tallystick.interfaces.importing.columns import RowError
from tallystick.plumbing.upsert import RowProblem, UpsertOutcome

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

    def add_outcome(self, outcome: UpsertOutcome) -> "ImportReport":
        """The report with the counts of what was written."""
        return self._replace(created=outcome.created, updated=outcome.updated, unchanged=outcome.unchanged)


class Findings:
    """The errors of a file, gathered while it is read and while the rooms judge it."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._errors: dict[RowError, None] = {}
        self.lines: set[int] = set()

    def add(self, line: int, problems: Iterable[Problem]) -> None:
        """Note what is wrong with a line. What was noted already is not noted again."""
        for problem in problems:
            self._errors[RowError(self._file, line, problem.field, problem.reason)] = None
            self.lines.add(line)

    def add_judged(self, problems: Iterable[RowProblem], find_line: Callable[[int, int | None], int]) -> None:
        """Note what a room says about rows; `find_line` knows the line of a row (and of its part, if it has several).

        A cell that could not even be read is told as that, not for what the room makes of its absence.
        """
        unreadable = {(error.line, error.field) for error in self._errors}
        for row, problem, earlier_row, part in problems:
            line = find_line(row, part)
            if (line, problem.field) in unreadable:
                continue
            if earlier_row is not None:
                problem = problem._replace(reason=f"{problem.reason}, first in line {find_line(earlier_row, None)}")
            self.add(line, [problem])

    def list_errors(self) -> list[RowError]:
        """All errors by line, in the order in which they were found."""
        return sorted(self._errors, key=lambda error: error.line)
