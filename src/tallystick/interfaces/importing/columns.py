"""What a column is, and how the cells of a row become values or problems. The tables in the docs come from these."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from tallystick.errors import Problem
from tallystick.interfaces.importing.values import Parse


class Column(NamedTuple):
    """A column of an import file. An optional one that is empty or left out takes `default`."""

    name: str
    parse: Parse
    meaning: str
    is_required: bool = False
    default: Any = None


class RowError(NamedTuple):
    """Something wrong with a row, as a person reads it."""

    file: str
    line: int
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


def parse_cells(columns: Sequence[Column], cells: Mapping[str, str]) -> tuple[dict[str, Any], list[Problem]]:
    """The values of a row by column name, and everything that is wrong with its cells.

    What can't be read, or is missing, has its column's default, so that the rest of the row can still be judged.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, parse, _, is_required, default in columns:
        text = cells.get(name, "")
        values[name] = default
        if text:
            try:
                values[name] = parse(text)
            except ValueError as wrong:
                problems.append(Problem(name, str(wrong)))
        elif is_required:
            problems.append(Problem(name, "must not be empty"))
    return values, problems
