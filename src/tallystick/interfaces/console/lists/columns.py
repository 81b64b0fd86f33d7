"""Columns: a heading, what stands under it, and whether the list can be put in its order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from tallystick.interfaces.console.lists.cells import Cell

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. `sort` names the field that it is ordered by (never null); empty: it can't be."""

    title: str
    cell: Callable[[Row], Cell]
    sort: str = ""
    is_right: bool = False
    is_in_csv_only: bool = False


class Heading(NamedTuple):
    """A column's heading: where its sort link leads, and how the list is sorted by it now ("", "up" or "down")."""

    title: str
    is_right: bool
    href: str
    direction: str


class Drawn(NamedTuple):
    """A cell in its place."""

    cell: Cell
    is_right: bool


def list_shown(columns: Sequence[Column[Row]]) -> list[Column[Row]]:
    """The columns of the page."""
    return [column for column in columns if not column.is_in_csv_only]


def draw_rows(columns: Sequence[Column[Row]], *, rows: Sequence[Row]) -> list[list[Drawn]]:
    """All cells of a page, row by row."""
    shown = list_shown(columns)
    return [[Drawn(column.cell(row), column.is_right) for column in shown] for row in rows]


@dataclass(frozen=True)
class Table(Generic[Row]):
    """A short table within a page: all its rows, no paging, no sorting."""

    columns: Sequence[Column[Row]]
    rows: Sequence[Row]
    empty: str = "Nothing here yet."

    @property
    def headings(self) -> list[Heading]:
        """The headings, without links."""
        return [Heading(column.title, column.is_right, "", "") for column in list_shown(self.columns)]

    @property
    def drawn(self) -> list[list[Drawn]]:
        """All cells, row by row."""
        return draw_rows(self.columns, rows=self.rows)
