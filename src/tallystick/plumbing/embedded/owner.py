"""As whom the embedded server runs. PostgreSQL refuses to run as root, so root lends it another user."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tallystick.plumbing.embedded.errors import DatabaseUnavailable

SYSTEM_USER = "tallystick"
OTHER_SYSTEM_USERS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Owner:
    """The user who owns the cluster's files and runs its server."""

    name: str
    uid: int
    gid: int

    @property
    def is_me(self) -> bool:
        """Whether this process runs as that user already."""
        return os.geteuid() == self.uid

    def run(self, command: Sequence[str], *, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as the owner and wait for it; its output is kept, its environment is bare."""
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
        arguments = [str(word) for word in command]
        if self.is_me:
            return subprocess.run(
                arguments, input=text or "", capture_output=True, text=True, env=environment, cwd="/", check=False
            )
        return subprocess.run(
            arguments,
            input=text or "",
            capture_output=True,
            text=True,
            env=environment,
            cwd="/",
            check=False,
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )

    def can_use(self, path: Path) -> bool:
        """Whether the owner can enter this folder or run this program."""
        return self.run(["test", "-x", str(path)]).returncode == 0

    def take(self, path: Path) -> None:
        """Make a file or folder the owner's, where that is not so already."""
        if not self.is_me:
            os.chown(path, self.uid, self.gid)


def choose_owner(*, cluster: Path, home: Path) -> Owner:
    """The owner of the cluster's files; for a new cluster the present user, or for root whoever else has a claim.

    Root in the data folder of a plain user leaves that user in charge; else a system user is chosen, or made.
    """
    if os.geteuid() != 0:
        return _get_owner(os.geteuid())
    for path in (cluster, home):
        if path.exists() and path.stat().st_uid != 0:
            return _get_owner(path.stat().st_uid)
    return _make_system_user()


def _get_owner(uid: int) -> Owner:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseUnavailable(reason=f"the user with number {uid} has no name on this machine.") from None
    return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def _make_system_user() -> Owner:
    if not _user_exists(SYSTEM_USER):
        try:
            options = ["--system", "--user-group", "--no-create-home", "--shell=/usr/sbin/nologin"]
            subprocess.run(["useradd", *options, SYSTEM_USER], capture_output=True, check=False)
        except FileNotFoundError:
            pass  # no such program here; one of the users that exist will do
    for name in (SYSTEM_USER, *OTHER_SYSTEM_USERS):
        if _user_exists(name):
            entry = pwd.getpwnam(name)
            return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    raise DatabaseUnavailable(
        reason=f"PostgreSQL refuses to run as root, and there is no user {SYSTEM_USER!r} to run it as. Add one."
    )


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
