"""docs/how-to/use-the-api.md: every command on the page runs, and every answer on it is what comes.

`curl` is played by Django's test client. The last call of a block is held against the JSON that follows it: what the
page shows must be in the answer, which may say more.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from tallystick.interfaces.cli.commands import build_application
from tallystick.plumbing import clock
from tests.conftest import CHECKOUT
from tests.support.api import Answer
from tests.support.builders import AT, build_seller
from tests.support.databases import FreshDatabase
from tests.support.jobs import run_jobs

PAGE: Final = CHECKOUT / "docs" / "how-to" / "use-the-api.md"
SERVER: Final = "http://localhost:8000"
ACCOUNTS: Final = b"external_id,name,country,email\nC-1,One,NL,one@one.example\nC-2,Two,NL,two@two.example\n"


class Block(NamedTuple):
    """Commands on the page, and what they are said to answer."""

    commands: list[str]
    answer: Any


def list_blocks() -> Iterator[Block]:
    """The page's blocks of commands, each with the block of JSON that follows it, if one does."""
    found = re.findall(r"```sh\n(.*?)```(?:\s*```json\n(.*?)```)?", PAGE.read_text(), flags=re.DOTALL)
    for commands, answer in found:
        lines = re.split(r"\n(?=\w)", commands.replace("\\\n", " ").strip())
        yield Block(lines, json.loads(answer) if answer else None)


def run_curl(words: list[str], *, key: str) -> Answer:
    """What curl would do with these words."""
    headers: dict[str, str] = {}
    method, body, form, address = "", None, {}, ""
    rest = iter(words)
    for word in rest:
        if word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value.replace("$TALLYSTICK_KEY", key)
        elif word == "-X":
            method = next(rest)
        elif word == "-d":
            body = next(rest)
        elif word == "-F":
            name, _, value = next(rest).partition("=")
            form[name] = SimpleUploadedFile(value[1:], ACCOUNTS) if value.startswith("@") else value
        elif word == "--output":
            next(rest)
        else:
            address = word
    path, client = address.removeprefix(SERVER), Client()
    if form:
        return client.post(path, form, headers=headers)
    method = method or ("GET" if body is None else "POST")
    kind = headers.pop("Content-Type", "")
    return client.generic(method, path, (body or "").encode(), content_type=kind, headers=headers)


def require_shown(shown: Any, told: Any) -> None:
    """Assert that all that the page shows is in the answer."""
    if isinstance(shown, dict):
        for name, value in shown.items():
            require_shown(value, told[name])
    elif isinstance(shown, list):
        assert len(shown) == len(told)
        for one, other in zip(shown, told, strict=True):
            require_shown(one, other)
    else:
        assert shown == told


def issue_key(words: list[str]) -> str:
    """Run the command that issues the key; it is the last word said."""
    result = CliRunner().invoke(build_application(words[0]), words)
    assert result.exit_code == 0, result.output
    return result.stdout.split()[-1]


def test_every_command_on_the_page_runs_and_answers_as_shown(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clock.set_clock(AT)
    build_seller()
    key, calls = "", 0
    for block in list_blocks():
        answer: Answer = None
        for command in block.commands:
            program, *words = shlex.split(command)
            if program == "tallystick":
                key = issue_key(words)
            elif program == "curl":
                answer = run_curl(words, key=key)
                calls += 1
                # The page shows what stands there while workers are at it; afterwards they have done it.
                is_told = block.answer is not None and command == block.commands[-1]
                assert is_told or answer.status_code < 300, answer.content
                run_jobs()
        if block.answer is not None:
            require_shown(block.answer, answer.json())
    assert calls >= 15
