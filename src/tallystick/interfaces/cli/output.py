"""What commands print: tables for people, JSON for programs, progress on standard error."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from tallystick.errors import Refusal
from tallystick.money.amount import format_minor

WIDTH_WITHOUT_TERMINAL = 120


def _console(*, is_for_errors: bool) -> Console:
    console = Console(stderr=is_for_errors)
    if not console.is_terminal and "COLUMNS" not in os.environ:
        console.width = WIDTH_WITHOUT_TERMINAL
    return console


out = _console(is_for_errors=False)
err = _console(is_for_errors=True)

PLAIN_LINE_EVERY_SECONDS = 5.0


def say(text: str) -> None:
    """A line of prose on standard output."""
    out.print(text, highlight=False, soft_wrap=True)


def note(text: str, *, as_written: bool = False) -> None:
    """A line on standard error: progress and advice, not the answer. `as_written` where brackets are no markup."""
    err.print(text, highlight=False, soft_wrap=True, markup=not as_written)


def print_refusal(refusal: Refusal) -> None:
    """What was refused and why, on standard error, with the code in brackets."""
    field = f" ({refusal.field})" if refusal.field else ""
    note(f"[bold red]Refused[/bold red]{field}: {escape(refusal.message)} \\[{refusal.code}]")


def print_json(value: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(value, default=_as_json, ensure_ascii=False, indent=None) + "\n")
    sys.stdout.flush()


def _as_json(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no JSON")


def print_table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, right: Sequence[str] = ()
) -> None:
    """A table with a title; columns named in `right` are right-aligned (money, counts)."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if cell is None else escape(str(cell)) for cell in row))
    out.print(table)


def money(minor: int, currency: str) -> str:
    """An amount for people, such as "1,240.00 EUR"."""
    return f"{format_minor(minor, currency)} {currency}"


class Meter:
    """A counter that a person can watch: a bar with rate and remaining time, or a plain line now and then."""

    def __init__(self, label: str, progress: Progress | None) -> None:
        self._label = label
        self._progress = progress
        self._task = progress.add_task(label, total=None, rate="") if progress else None
        self._started = time.monotonic()
        self._next_line = self._started + PLAIN_LINE_EVERY_SECONDS
        self.done = 0

    def show(self, done: int, total: int | None, *, label: str = "") -> None:
        """Say how far it is, and what it is at just now if that is not the whole."""
        self.done = done
        now = time.monotonic()
        rate = f"{done / (now - self._started):,.0f}/s" if done and now > self._started else ""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, description=label or self._label, completed=done, total=total, rate=rate)
        elif now >= self._next_line:
            self._next_line = now + PLAIN_LINE_EVERY_SECONDS
            doing = f"{label}: " if label else ""
            self._line(doing + (f"{done:,} of {total:,} {rate}" if total else f"{done:,} {rate}"))

    def finish(self, text: str) -> None:
        """Say what was done, and how long it took."""
        seconds = time.monotonic() - self._started
        if self._progress is not None and self._task is not None:
            self._progress.remove_task(self._task)
        self._line(f"{text} ({seconds:.1f} s)")

    def _line(self, text: str) -> None:
        note(f"{self._label}: {text}")


@contextmanager
def meter(label: str) -> Iterator[Meter]:
    """A meter on standard error for as long as the block lasts."""
    if not err.is_terminal:
        yield Meter(label, None)
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        yield Meter(label, progress)


Reporter = Callable[[int, int | None], None]
