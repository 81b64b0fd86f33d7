"""Hold the embedded server while this process lives: what the rest of the house calls.

All decisions about one server are taken under one file lock in its data folder, so that two commands at once start it
once, and one that leaves does not stop it under another that arrives.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from tallystick.plumbing.embedded.cluster import PORT, ROLE, Cluster, get_cluster
from tallystick.plumbing.embedded.errors import DatabaseUnavailable
from tallystick.plumbing.embedded.holders import add_holder, list_live_holders, remove_holder
from tallystick.plumbing.embedded.server import answers, compose_address, start_server, stop_server
from tallystick.plumbing.home import get_home, make_home

_held: dict[Path, int] = {}
"""Data folders whose server this process holds, with the process number: a forked child holds nothing yet."""

_guard = threading.RLock()


def acquire() -> Cluster:
    """Hold the server of the data folder, starting it if need be. It is released when this process ends."""
    home = get_home()
    with _guard:
        if _held.get(home) != os.getpid():
            _acquire(home)
    return get_cluster(home)


def ensure_running() -> Cluster:
    """Hold the server and make sure that it answers: after a connection broke, it may have to be started again."""
    cluster = acquire()
    with _guard, _locked(cluster.home):
        if not answers(cluster):
            start_server(cluster)
        add_holder(_list_path(cluster.home))
    return cluster


def release() -> None:
    """Let go of the server of the data folder; whoever is last stops it. Called by itself when the process ends."""
    _release(get_home())


def ensure_database(name: str) -> None:
    """Create the database if it does not exist."""
    cluster = ensure_running()
    with psycopg.connect(**compose_address(cluster, "postgres"), autocommit=True) as connection:  # type: ignore[arg-type]
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
            try:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            except (psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                pass  # another process was first


def database_url(name: str) -> str:
    """The address of a database on the embedded server, which then runs and has it."""
    ensure_database(name)
    socket_folder = quote(str(get_cluster(get_home()).socket_folder), safe="")
    return f"postgresql://{ROLE}@/{quote(name)}?host={socket_folder}&port={PORT}"


def _acquire(home: Path) -> None:
    try:
        make_home()
        with _locked(home):
            cluster = get_cluster(home)
            if not answers(cluster):
                start_server(cluster)
            add_holder(_list_path(home))
    except PermissionError as error:
        raise DatabaseUnavailable(
            reason=f"{error.filename} belongs to another user. Name another folder in TALLYSTICK_HOME.",
            can_retry=False,
        ) from error
    if home not in _held:
        atexit.register(_release, home)
    _held[home] = os.getpid()


def _release(home: Path) -> None:
    with _guard:
        if _held.get(home) != os.getpid() or not home.exists():
            return
        with _locked(home):
            remove_holder(_list_path(home))
            if not list_live_holders(_list_path(home)):
                stop_server(get_cluster(home))
        del _held[home]


def _list_path(home: Path) -> Path:
    return home / "postgres.holders"


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    path = home / "postgres.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
        _give_to_owner_of(home)
    finally:
        os.close(descriptor)


def _give_to_owner_of(home: Path) -> None:
    """Root in a plain user's data folder leaves no file there that the user can't write."""
    owner = home.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in (home / "postgres.lock", _list_path(home)):
            if path.exists():
                os.chown(path, owner.st_uid, owner.st_gid)
