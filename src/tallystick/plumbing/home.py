"""Where this installation keeps its own files: the embedded database, the secret key, mail written to a folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import platformdirs

ROOTS_HOME = Path("/var/lib/tallystick")


def get_home() -> Path:
    """The data folder: `TALLYSTICK_HOME`, else `/var/lib/tallystick` for root, else the user's data folder."""
    named = os.environ.get("TALLYSTICK_HOME")
    if named:
        return Path(named).expanduser().absolute()
    if os.geteuid() == 0:
        return ROOTS_HOME
    return platformdirs.user_data_path("tallystick", appauthor=False)


def make_home() -> Path:
    """The data folder, made if missing. Others may pass through it, as the server's user must, not list it."""
    home = get_home()
    if not home.is_dir():
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o711)
    return home


def get_secret_key() -> str:
    """`TALLYSTICK_SECRET_KEY`, else the key in the data folder, drawn once and readable by its owner only."""
    named = os.environ.get("TALLYSTICK_SECRET_KEY")
    return named or _get_own_secret_key(make_home() / "secret_key")


def _get_own_secret_key(path: Path) -> str:
    if not path.exists():
        draft = path.with_name(f".secret_key.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # fails if another process was first, whose key then holds for both
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
