"""The source as the architecture tests read it: files, syntax trees, and the order in which the rooms are told."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import tallystick

CHECKOUT = Path(__file__).resolve().parents[2]
SOURCE = CHECKOUT / "src"
HOUSE = SOURCE / "tallystick"


def list_files(folder: Path) -> Iterator[Path]:
    """Every Python file in the folder that a person wrote; migrations are made."""
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path


def shorten(path: Path) -> str:
    """The path as it is named in messages: from the checkout."""
    return path.relative_to(CHECKOUT).as_posix()


@cache
def parse(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse(path.read_text(), filename=str(path))


@cache
def list_rooms_in_order() -> list[str]:
    """The rooms as the docstring of the package tells them, in the order of the process."""
    return re.findall(r"^    ([a-z]+)\s{2,}\S", tallystick.__doc__ or "", flags=re.MULTILINE)


@cache
def get_contracts() -> dict[str, dict[str, Any]]:
    """The import contracts of pyproject.toml by their ids."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    return {contract["id"]: contract for contract in project["tool"]["importlinter"]["contracts"]}
