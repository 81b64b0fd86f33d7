"""Commands as a person or a program types them, run in this process; their workers are real processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tallystick.interfaces.cli.main import run


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


class CommandLine:
    """Runs commands on the database that Django is connected to, and keeps what they print."""

    def __init__(self, capture: pytest.CaptureFixture[str]) -> None:
        self._capture = capture

    def __call__(self, *arguments: str) -> Answer:
        """Run a command, whatever comes of it."""
        self._capture.readouterr()
        status = run([str(argument) for argument in arguments])
        said = self._capture.readouterr()
        return Answer(status, said.out, said.err)

    def do(self, *arguments: str) -> Answer:
        """Run a command that must succeed."""
        answer = self(*arguments)
        assert answer.status == 0, answer.err
        return answer


def run_process(
    *arguments: str, environment: Mapping[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, as a shell would."""
    return subprocess.run(
        [sys.executable, "-m", "tallystick", *arguments],
        env=dict(environment if environment is not None else os.environ),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
