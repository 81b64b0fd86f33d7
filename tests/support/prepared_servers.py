"""Servers whose databases have all tables from birth, for tests that are about something else than making tables.

PostgreSQL makes a new database as a copy of `template1`: where the tables are in there, `init`, `demo` and `bench` find
nothing left to do. One such data folder is made for each state of the migrations, and every server is a copy of it.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tallystick.plumbing.embedded.cluster import get_cluster
from tallystick.plumbing.embedded.server import compose_address, start_server, stop_server
from tests.support.command_line import run_process
from tests.support.databases import compute_digest
from tests.support.servers import PrivateServer, start_private_server

TEMPLATE = "template1"


@contextmanager
def start_prepared_server(home: Path, *, kept_in: Path) -> Iterator[PrivateServer]:
    """A private server that is a copy of the prepared one; `kept_in` is where that is kept from session to session."""
    prepared = get_cluster(_ensure_prepared(kept_in))
    with start_private_server(home) as server:
        copy = get_cluster(home)
        copy.make_folder(copy.folder)
        subprocess.run(["cp", "-a", str(prepared.data), str(copy.data)], check=True)
        yield server


def _ensure_prepared(kept_in: Path) -> Path:
    home = kept_in / f"prepared-{compute_digest()}"
    done = home / "done"
    kept_in.mkdir(parents=True, exist_ok=True)
    with (kept_in / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            for former in kept_in.glob("prepared-*"):
                _remove(former)
            _prepare(home)
            done.touch()
    return home


def _prepare(home: Path) -> None:
    home.mkdir(mode=0o711)
    cluster = get_cluster(home)
    start_server(cluster)
    try:
        address = compose_address(cluster, "postgres") | {"user": "postgres"}
        with psycopg.connect(**address, autocommit=True) as connection:  # type: ignore[arg-type]
            connection.execute(f"ALTER DATABASE {TEMPLATE} OWNER TO tallystick")
        environment = {**PrivateServer(home).environment, "TALLYSTICK_DATABASE": TEMPLATE}
        made = run_process("init", environment=environment)
        assert made.returncode == 0, made.stderr
    finally:
        stop_server(cluster)


def _remove(home: Path) -> None:
    cluster = get_cluster(home)
    stop_server(cluster)
    shutil.rmtree(cluster.folder, ignore_errors=True)
    shutil.rmtree(home, ignore_errors=True)
