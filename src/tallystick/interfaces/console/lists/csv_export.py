"""CSV of what is filtered, streamed, so that a million rows need no memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextvars import Context, copy_context
from typing import TypeVar

from django.http import StreamingHttpResponse

from tallystick.interfaces.console.lists.columns import Column

Row = TypeVar("Row")

_LINES_A_PIECE = 500


def stream_csv(name: str, *, columns: Sequence[Column[Row]], rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download of all columns, those too that the page leaves out."""
    return stream_lines(name, lines=_write_pieces(columns, rows))


def stream_lines(name: str, *, lines: Iterator[str]) -> StreamingHttpResponse:
    """A download of lines of CSV: written after the page is answered, but as of its instant and in its zone."""
    response = StreamingHttpResponse(_within(copy_context(), lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _within(context: Context, lines: Iterator[str]) -> Iterator[str]:
    while (piece := context.run(next, lines, None)) is not None:
        yield piece


def _write_pieces(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> Iterator[str]:
    """Some hundred lines at a time: a piece a line would spend more on sending than on writing."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow([column.title for column in columns])
    for place, row in enumerate(rows, 1):
        writer.writerow([column.cell(row).plain() for column in columns])
        if place % _LINES_A_PIECE == 0:
            yield _take(written)
    yield _take(written)


def _take(written: io.StringIO) -> str:
    text = written.getvalue()
    written.seek(0)
    written.truncate()
    return text
