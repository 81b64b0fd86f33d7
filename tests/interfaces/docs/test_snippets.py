"""Every command that the documents show in a console block works as they say, in their order, on a fresh database.

- A line that begins with `$ ` is a command; what follows up to the next one is what it says, on either output.
- `…` stands for anything; a line of it alone for any lines. Lines that are not shown are not missed.
- A command shown with a line that begins with `Refused` must end with 1, every other with 0.
- `<!-- begins with FILE -->` names a script whose commands come first, so that a page need not tell them again.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.command_line import Answer, CommandLine
from tests.support.databases import FreshDatabase
from tests.support.source import CHECKOUT

PROMPT = "$ "
NEEDS_A_SHELL = re.compile(r"[|><*;&]")
TIME_LIMIT_SECONDS = 120


class Snippet(NamedTuple):
    """A command of a document and the lines that it shows for it."""

    command: str
    shown: list[str]

    @property
    def status(self) -> int:
        """How it must end."""
        return 1 if any(line.startswith("Refused") for line in self.shown) else 0


def list_blocks(text: str) -> list[str]:
    """What stands in the console blocks of a document."""
    return re.findall(r"^```console\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def read_snippets(block: str) -> Iterator[Snippet]:
    """The commands of a block, each with what it shows; a line that ends with a backslash goes on in the next."""
    lines = block.replace("\\\n", " ").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(PROMPT)]
    assert starts[:1] == [0], f"begins without a command: {lines[0]}"
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        shown = [line for line in lines[start + 1 : end] if line.strip() not in ("", "…")]
        yield Snippet(lines[start].removeprefix(PROMPT), shown)


def find_missing(snippet: Snippet, said: str) -> list[str]:
    """The shown lines that are not among those that were said, whatever the spaces."""
    lines = [_squeeze(line) for line in said.splitlines()]
    return [line for line in snippet.shown if not any(_as_pattern(line).fullmatch(each) for each in lines)]


def _as_pattern(shown: str) -> re.Pattern[str]:
    return re.compile(".*".join(re.escape(part) for part in _squeeze(shown).split("…")))


def _squeeze(line: str) -> str:
    return " ".join(line.split())


def list_preparations(text: str) -> Iterator[Snippet]:
    """The commands of the scripts that a document begins with."""
    for name in re.findall(r"<!-- begins with (\S+) -->", text):
        for line in (CHECKOUT / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("tallystick "):
                yield Snippet(line, [])


PAGES = [
    page
    for page in [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
    if list_blocks(page.read_text(encoding="utf-8"))
]


@pytest.fixture
def visitor(
    fresh_database: FreshDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> CommandLine:
    """Someone with a fresh database and a mail folder of their own, in a folder that has the examples."""
    (tmp_path / "examples").symlink_to(CHECKOUT / "examples")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", fresh_database.url)
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    monkeypatch.setenv("TALLYSTICK_EMAIL_URL", (tmp_path / "mail").as_uri())
    monkeypatch.delenv("TALLYSTICK_USER", raising=False)
    return CommandLine(capsys)


def perform(command: str, visitor: CommandLine) -> Answer:
    """Run a command: our own in this process, which saves a second each, others in a shell."""
    words = shlex.split(command)
    if words[0] == "tallystick" and not NEEDS_A_SHELL.search(command):
        return visitor(*words[1:])
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_SECONDS,
        check=False,
    )
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_the_commands_of_a_document_do_what_it_shows(page: Path, visitor: CommandLine) -> None:
    text = page.read_text(encoding="utf-8")
    snippets = [snippet for block in list_blocks(text) for snippet in read_snippets(block)]
    for snippet in [*list_preparations(text), *snippets]:
        answer = perform(snippet.command, visitor)
        said = answer.out + answer.err
        assert answer.status == snippet.status, f"{snippet.command}\n{said}"
        assert find_missing(snippet, said) == [], f"{snippet.command}\n{said}"


def test_a_line_that_is_not_said_is_missed_and_an_ellipsis_stands_for_anything() -> None:
    snippet = Snippet("tallystick clock", ["Business time is … UTC.", "It is late."])
    assert find_missing(snippet, "Business time is  2026-03-01 08:00 UTC.\n") == ["It is late."]


def test_a_block_is_read_command_by_command() -> None:
    block = "$ tallystick a \\\n    --b c\nsaid\n…\n$ tallystick d\nRefused: no. [code]\n"
    assert list(read_snippets(block)) == [
        Snippet("tallystick a      --b c", ["said"]),
        Snippet("tallystick d", ["Refused: no. [code]"]),
    ]
    assert [snippet.status for snippet in read_snippets(block)] == [0, 1]
