"""The rows of a file, whatever it is written in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tallystick.errors import Problem

Watch = Callable[[int, int], None]
"""Is told how many bytes of how many have been read."""


class Layout(NamedTuple):
    """The columns that a kind of file may have, and those that it must have."""

    columns: Sequence[str]
    required: Sequence[str]


class Row(NamedTuple):
    """A row with the line where it starts, its cells by column name, and what is wrong with its form."""

    line: int
    cells: Mapping[str, str]
    problems: Sequence[Problem] = ()


Rows = Iterator[Row]
