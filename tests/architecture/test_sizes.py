"""Files and functions stay small. The list of exceptions may shrink and never grow; it is empty."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.support.source import CHECKOUT, SOURCE, list_files, parse, shorten

LONGEST_FILE = 300
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 50

EXCEPTIONS: dict[str, int] = {}
"""`path` or `path::function` → its number of lines, which is its ceiling."""


def measure_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the end, without the docstring."""
    first = node.body[0]
    is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    documentation = (first.end_lineno or 0) - first.lineno + 1 if is_documented else 0
    return (node.end_lineno or 0) - node.lineno + 1 - documentation


def list_large_files(folder: Path, *, ceiling: int) -> dict[str, int]:
    sizes = {shorten(path): len(path.read_text().splitlines()) for path in list_files(folder)}
    return {name: lines for name, lines in sizes.items() if lines > ceiling}


def list_large_functions() -> dict[str, int]:
    return {
        f"{shorten(path)}::{node.name}": measure_function(node)
        for path in list_files(SOURCE)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and measure_function(node) > LONGEST_FUNCTION
    }


def test_nothing_is_larger_than_its_ceiling() -> None:
    large = {
        **list_large_files(SOURCE, ceiling=LONGEST_FILE),
        **list_large_files(CHECKOUT / "tests", ceiling=LONGEST_TEST_FILE),
        **list_large_functions(),
    }
    assert {name: lines for name, lines in large.items() if lines > EXCEPTIONS.get(name, 0)} == {}
    assert set(EXCEPTIONS) <= set(large), "an exception is no longer needed: take it off the list"
