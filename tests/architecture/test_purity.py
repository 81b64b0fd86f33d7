"""Pure code imports a listed slice of the standard library and other pure code; it knows no float and no clock."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.source import HOUSE, list_files, parse, shorten

ALLOWED = {
    "__future__", "abc", "base64", "bisect", "calendar", "collections", "collections.abc", "dataclasses", "datetime",
    "decimal", "enum", "fractions", "functools", "hashlib", "heapq", "hmac", "ipaddress", "itertools", "json", "math",
    "operator", "re", "string", "textwrap", "types", "typing", "unicodedata", "urllib.parse",
}  # fmt: skip
PURE_ROOMS = ("money", "periods", "rating")
CLOCK_READERS = ("plumbing/clock.py", "interfaces/", "payments/gateways/")
"""Only the business clock itself, the interfaces, and gateways, which stand outside and have a time of their own."""


def list_pure_files() -> list[Path]:
    folders = [*(HOUSE / room for room in PURE_ROOMS), *sorted(HOUSE.glob("*/core"))]
    return [HOUSE / "errors.py", *(path for folder in folders for path in list_files(folder))]


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def is_pure_module(name: str) -> bool:
    parts = name.split(".")
    if parts[0] != "tallystick" or len(parts) < 2:
        return False
    return parts[1] in (*PURE_ROOMS, "errors") or (len(parts) > 2 and parts[2] in ("core", "errors"))


def list_calls_of(path: Path, *names: str) -> list[str]:
    found = []
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                found.append(f"{shorten(path)}:{node.lineno} {name}()")
    return found


def test_there_is_pure_code() -> None:
    assert len(list_pure_files()) > 20


def test_pure_code_imports_a_listed_slice_and_other_pure_code() -> None:
    unlisted = [
        f"{shorten(path)}: {name}"
        for path in list_pure_files()
        for name in list_imports(path)
        if name not in ALLOWED and not is_pure_module(name)
    ]
    assert unlisted == []


def test_pure_code_has_no_floats() -> None:
    literals = [
        f"{shorten(path)}:{node.lineno} {node.value}"
        for path in list_pure_files()
        for node in ast.walk(parse(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert literals + [call for path in list_pure_files() for call in list_calls_of(path, "float")] == []


def test_pure_code_rounds_by_the_houses_own_rule_only() -> None:
    assert [call for path in list_pure_files() for call in list_calls_of(path, "round", "quantize")] == []


def test_nobody_but_the_interfaces_asks_what_time_it_is() -> None:
    calls = [
        call
        for path in list_files(HOUSE)
        if not path.relative_to(HOUSE).as_posix().startswith(CLOCK_READERS)
        for call in list_calls_of(path, "now", "today", "utcnow")
    ]
    assert calls == []
