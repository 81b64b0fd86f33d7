"""CSV: comma, semicolon or tab between the cells, quotes as usual, the names of the columns in the first line."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

from tallystick.errors import Problem
from tallystick.interfaces.importing.errors import FileUnreadable, HeaderWrong
from tallystick.interfaces.importing.rows import Layout, Row, Watch

SEPARATORS = (",", ";", "\t")
ROWS_BETWEEN_WATCHES = 5_000
SHOWN_NAMES = 5


def read_csv(path: Path, *, layout: Layout, size: int, watch: Watch) -> Iterator[Row]:
    """The rows of a CSV file, cells stripped, without empty lines.

    Refuses HeaderWrong before the first row, and FileUnreadable where the text breaks off.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        separator = _find_separator(file.readline(), layout)
        file.seek(0)
        reader = csv.reader(file, delimiter=separator, strict=True)
        try:
            header = [name.strip().lower() for name in next(reader)]
            _check_header(path.name, header, layout)
            yield from _list_rows(file, reader, header, size=size, watch=watch)
        except csv.Error as broken:
            raise FileUnreadable(file=path.name, reason=f"line {reader.line_num}: {broken}") from None
        except UnicodeDecodeError:
            raise FileUnreadable(file=path.name, reason=f"after line {reader.line_num} it is not UTF-8 text") from None
    watch(size, size)


def _find_separator(line: str, layout: Layout) -> str:
    known = set(layout.columns)

    def count_known(separator: str) -> int:
        return len(known & {name.strip().strip('"').lower() for name in line.split(separator)})

    return max(SEPARATORS, key=count_known)


def _check_header(file: str, header: Sequence[str], layout: Layout) -> None:
    known, known_names = [name for name in header if name in layout.columns], ", ".join(layout.columns)
    if not known:
        raise HeaderWrong(file=file, reason=f"the first line must name columns, such as {_tell(layout.required)}")
    if unknown := [name for name in header if name not in layout.columns]:
        raise HeaderWrong(file=file, reason=f"there is no column {_tell(unknown)}; there are {known_names}")
    if missing := [name for name in layout.required if name not in header]:
        raise HeaderWrong(file=file, reason=f"the column {_tell(missing)} is missing")
    if twice := sorted({name for name in known if known.count(name) > 1}):
        raise HeaderWrong(file=file, reason=f"the column {_tell(twice)} is there twice")


def _tell(names: Sequence[str]) -> str:
    # Names of a garbage file may be anything, of any length.
    shown = [name[:40] if name.isprintable() and name else repr(name[:40]) for name in names[:SHOWN_NAMES]]
    return ", ".join(shown)


def _list_rows(file: TextIO, reader: Any, header: Sequence[str], *, size: int, watch: Watch) -> Iterator[Row]:
    width, before = len(header), reader.line_num
    for number, cells in enumerate(reader):
        line, before = before + 1, reader.line_num
        if number % ROWS_BETWEEN_WATCHES == 0:
            watch(min(file.buffer.tell(), size), size)
        if len(cells) == width:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield Row(line, dict(zip(header, stripped, strict=True)))
        elif cells:
            told = f"has {len(cells)} cells, but the header has {width}"
            yield Row(line, {}, [Problem("row", told)])
