"""What every test of an interface gets: a place of its own for what is printed, since their databases count alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings


@pytest.fixture(autouse=True)
def own_print_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tests at once both print PB-000001; worker processes find the folder in their environment."""
    monkeypatch.setenv("TALLYSTICK_PRINT_FOLDER", str(tmp_path / "print"))
    monkeypatch.setattr(settings, "PRINT_FOLDER", str(tmp_path / "print"))
