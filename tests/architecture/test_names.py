"""Names say what a thing is: no drawer for odds and ends, no verb that could mean anything."""

from __future__ import annotations

import ast

from tests.support.source import HOUSE, list_files, parse, shorten

DRAWERS = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
NAMES_GIVEN_BY_DJANGO = {"src/tallystick/plumbing/embedded/backend/base.py"}
EMPTY_VERBS = ("process_", "handle_", "manage_", "do_")


def test_no_module_is_a_drawer() -> None:
    modules = {shorten(path) for path in list_files(HOUSE) if DRAWERS & {path.stem, path.parent.name}}
    assert modules - NAMES_GIVEN_BY_DJANGO == set()


def test_no_function_begins_with_an_empty_verb() -> None:
    found = [
        f"{shorten(path)}::{node.name}"
        for path in list_files(HOUSE)
        for node in ast.walk(parse(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_").startswith(EMPTY_VERBS)
    ]
    assert found == []


def test_operations_take_all_but_their_first_argument_by_name() -> None:
    found = [
        f"{shorten(path)}::{node.name}"
        for path in list_files(HOUSE)
        if {"operations", "core", "queries"} & {*path.relative_to(HOUSE).parts, path.stem}
        for node in parse(path).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if len(node.args.posonlyargs) + len(node.args.args) > 1
    ]
    assert found == []
