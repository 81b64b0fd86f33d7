"""The command line on a fresh database, with mail that goes to a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from tallystick.interfaces.cli.demo_database import DEMO_DATABASE
from tests.support.command_line import CommandLine
from tests.support.databases import FreshDatabase


@pytest.fixture
def mail_folder(tmp_path: Path) -> Path:
    """Where workers put e-mails."""
    folder = tmp_path / "mail"
    folder.mkdir()
    return folder


@pytest.fixture
def tallystick(
    fresh_database: FreshDatabase,
    mail_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command `tallystick`, on a fresh database; the processes that it starts work there too."""
    assert fresh_database.name != DEMO_DATABASE
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", fresh_database.url)
    monkeypatch.setenv("TALLYSTICK_EMAIL_URL", mail_folder.as_uri())
    monkeypatch.delenv("TALLYSTICK_USER", raising=False)
    return CommandLine(capsys)
