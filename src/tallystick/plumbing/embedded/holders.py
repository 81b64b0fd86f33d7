"""Who is using the embedded server: processes by number and start time, so that a reused number is not mistaken.

Read and written under the lock of `lifecycle` only.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import psutil

SAME_START_WITHIN_SECONDS = 2.0


def add_holder(path: Path) -> None:
    """Write this process into the list."""
    _write(path, [*(entry for entry in _read(path) if entry[0] != os.getpid()), (os.getpid(), _started(os.getpid()))])


def remove_holder(path: Path) -> None:
    """Strike this process off the list."""
    _write(path, [entry for entry in _read(path) if entry[0] != os.getpid()])


def list_live_holders(path: Path) -> list[int]:
    """The process numbers of all who live and hold the server; the dead are struck off."""
    live = [entry for entry in _read(path) if _lives(*entry)]
    _write(path, live)
    return [pid for pid, _ in live]


def _lives(pid: int, started: float) -> bool:
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return abs(process.create_time() - started) <= SAME_START_WITHIN_SECONDS
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def _started(pid: int) -> float:
    return psutil.Process(pid).create_time()


def _read(path: Path) -> list[tuple[int, float]]:
    try:
        entries = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return []  # torn by a crash or not there yet: whoever lives will be missed at most until its next connection
    return [(int(pid), float(started)) for pid, started in entries]


def _write(path: Path, entries: list[tuple[int, float]]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(json.dumps(entries))
    draft.rename(path)
