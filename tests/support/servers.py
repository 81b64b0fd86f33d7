"""A PostgreSQL server for one test, in a data folder of its own, which other processes start, share and kill."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tallystick.plumbing.embedded.cluster import get_cluster
from tallystick.plumbing.embedded.server import answers, find_postmaster, stop_server

WITHIN_SECONDS = 180


@dataclass(frozen=True, slots=True)
class PrivateServer:
    """A data folder whose server nobody else uses. It runs while some process of the test holds it."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a process that shall use this server."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TALLYSTICK_DATABASE")}
        return {**kept, "TALLYSTICK_HOME": str(self.home)}

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a Python program, given as text, on this server, and return what it wrote."""
        return subprocess.run(
            [sys.executable, "-c", program, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=WITHIN_SECONDS,
            check=True,
        )

    def start(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python program, given as text, on this server; talk to it by its pipes."""
        return subprocess.Popen(
            [sys.executable, "-c", program, *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def is_running(self) -> bool:
        """Whether the server takes connections."""
        return answers(get_cluster(self.home))

    def get_pid(self) -> int:
        """The process number of the living server."""
        postmaster = find_postmaster(get_cluster(self.home))
        assert postmaster is not None, "the server is not running"
        return postmaster.pid

    def kill(self) -> None:
        """Kill the server's main process as `kill -9` does."""
        os.kill(self.get_pid(), signal.SIGKILL)


@contextmanager
def start_private_server(home: Path) -> Iterator[PrivateServer]:
    """A data folder for a server that starts with its first use; stopped and removed at the end."""
    try:
        yield PrivateServer(home=home)
    finally:
        cluster = get_cluster(home)
        stop_server(cluster)
        shutil.rmtree(cluster.folder, ignore_errors=True)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def compose_command_of_nobody(command: list[str]) -> list[str]:
    """The command, run by root as the plain user `nobody`.

    A checkout or an interpreter in root's own home is closed to others: then nobody is lent the capability to pass.
    """
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    can_run = subprocess.run(
        [*user, *command[:1], "-c", "import tallystick"], capture_output=True, cwd="/", check=False
    )
    if can_run.returncode == 0:
        return [*user, *command]
    return [*user, "--inh-caps=+dac_override", "--ambient-caps=+dac_override", *command]
