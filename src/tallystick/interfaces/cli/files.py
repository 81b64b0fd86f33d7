"""Files that a command is asked to write: a place where it can't is refused, naming the option that chose it."""

import shutil
from collections.abc import Iterable
from pathlib import Path

from tallystick.errors import InvalidInput


class OutputNotWritable(InvalidInput):
    """{path} can't be written: {reason}. Choose another place with {option}."""

    code = "output_not_writable"


def require_writable(path: Path | None, *, option: str) -> None:
    """Refuse (OutputNotWritable) before any work is done what would fail after it; leaves no file behind."""
    if path is None:
        return
    was_there = path.exists()
    try:
        with path.open("ab"):
            pass
        if not was_there:
            path.unlink()
    except OSError as error:
        raise _refuse(path, option, error) from error


def write_lines(path: Path, lines: Iterable[str], *, option: str) -> None:
    """Write lines that have their own ends. Refuses OutputNotWritable."""
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            file.writelines(lines)
    except OSError as error:
        raise _refuse(path, option, error) from error


def write_bytes(path: Path, content: bytes, *, option: str) -> None:
    """Write a file whole. Refuses OutputNotWritable."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise _refuse(path, option, error) from error


def copy_file(source: str | Path, path: Path, *, option: str) -> None:
    """Put a copy of a file there. Refuses OutputNotWritable."""
    try:
        shutil.copyfile(source, path)
    except OSError as error:
        raise _refuse(path, option, error) from error


def _refuse(path: Path, option: str, error: OSError) -> OutputNotWritable:
    return OutputNotWritable(path=path, reason=error.strerror or str(error), option=option, field=option.lstrip("-"))
