"""JSON: a list of flat objects with the names of the columns for keys, or one object. Numbers stay exact."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from tallystick.errors import Problem
from tallystick.interfaces.importing.errors import FileUnreadable
from tallystick.interfaces.importing.rows import Layout, Row

_SPACE = " \t\r\n"
_LONGEST_NUMBER = 40


def read_json(path: Path, *, layout: Layout) -> Iterator[Row]:
    """The rows of a JSON file: each object of its list. Refuses FileUnreadable where the text breaks off."""
    text = _read_text(path)
    if not text.lstrip().startswith("["):
        raise FileUnreadable(file=path.name, reason="it must hold a list of objects, in brackets")
    known = set(layout.columns)
    for line, item in _list_items(path.name, text):
        if not isinstance(item, dict):
            yield Row(line, {}, [Problem("row", "must be an object, in braces")])
            continue
        problems = [Problem(name[:40], "is not a column") for name in item if name not in known]
        nested = {name for name, value in item.items() if isinstance(value, list | dict)}
        problems += [Problem(name[:40], "must be a plain value") for name in nested & known]
        cells = {name: _write_cell(value) for name, value in item.items() if name in known - nested}
        yield Row(line, cells, problems)


def read_object(path: Path) -> dict[str, Any]:
    """The one JSON object that a file holds. Refuses FileUnreadable."""
    try:
        content = _make_decoder().decode(_read_text(path))
    except (ValueError, RecursionError) as broken:
        raise FileUnreadable(file=path.name, reason=f"it is not JSON: {broken}") from None
    if not isinstance(content, dict):
        raise FileUnreadable(file=path.name, reason="it must hold one object, in braces")
    return content


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as broken:
        raise FileUnreadable(file=path.name, reason=f"byte {broken.start} is no text in UTF-8") from None


def _write_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal) and abs(value.adjusted()) < _LONGEST_NUMBER:
        return format(value, "f")
    return str(value).strip()


def _list_items(file: str, text: str) -> Iterator[tuple[int, Any]]:
    """The items of a JSON list with the lines where they start, which a whole parse would not tell."""
    decoder = _make_decoder()
    at, counted, line = text.index("[") + 1, 0, 1
    while True:
        at = _skip_space(text, at)
        line, counted = line + text.count("\n", counted, at), at
        if text.startswith("]", at):
            return
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as broken:
            raise FileUnreadable(file=file, reason=f"from line {line} on it is not JSON: {broken}") from None
        yield line, item
        at = _skip_space(text, at)
        if text.startswith(",", at):
            at += 1
        elif not text.startswith("]", at):
            raise FileUnreadable(file=file, reason=f"the list breaks off after the item of line {line}")


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _make_decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
