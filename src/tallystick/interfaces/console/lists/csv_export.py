"""CSV of what is filtered, streamed, so that a million rows need no memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.http import StreamingHttpResponse

from tallystick.interfaces.console.lists.columns import Column

Row = TypeVar("Row")


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        """The text."""
        return text


def stream_csv(name: str, *, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download of all columns, those too that the page leaves out."""
    response = StreamingHttpResponse(_write_lines(columns, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _write_lines(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow([column.title for column in columns])
    for row in rows:
        yield writer.writerow([column.cell(row).plain() for column in columns])
