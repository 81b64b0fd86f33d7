"""Databases for tests: migrate once into a template, then clone it, which takes a fraction of a second.

The template's name is a digest of everything that shapes it, so a changed migration makes a new one, and an unchanged
one is found again by the next session. It stands on the server of the tests' data folder (or on the one that
`TALLYSTICK_TEST_DATABASE_URL` names) until another takes its place.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import make_conninfo

from tallystick.plumbing.embedded.lifecycle import database_url

TEMPLATE_PREFIX = "tallystick_template_"
CLONE_PREFIX = "tallystick_test_"
ONE_AT_A_TIME = 7_305_118_412
"""The advisory lock under which the template is made."""

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class FreshDatabase:
    """A database for one test: what Django is connected to meanwhile, and how another process gets there."""

    name: str
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment for a subprocess that shall work in this database."""
        return {**os.environ, "TALLYSTICK_DATABASE_URL": self.url}


@contextmanager
def use_clone(*, purpose: str) -> Iterator[FreshDatabase]:
    """Point Django at a new clone of the template; afterwards point it back, and drop the clone."""
    database = _create_clone(purpose)
    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = database.name
    try:
        yield database
    finally:
        connections.close_all()
        settings["NAME"] = before
        with _maintenance() as connection:
            _drop(connection, database.name)


def _create_clone(purpose: str) -> FreshDatabase:
    name = f"{CLONE_PREFIX}{os.getpid()}_{purpose}_{next(_numbers)}"
    template = _ensure_template()
    with _maintenance() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    return FreshDatabase(name=name, url=_compose_url(name))


def _compose_url(name: str) -> str:
    external = os.environ.get("TALLYSTICK_DATABASE_URL")
    return make_conninfo(external, dbname=name) if external else make_conninfo(database_url(name))


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(_compose_url("postgres"), autocommit=True) as connection:
        yield connection


def _ensure_template() -> str:
    name = TEMPLATE_PREFIX + compute_digest()
    with _maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        if not _exists(connection, name):
            _drop_leftovers(connection)
            _make_template(connection, name)
    return name


def _make_template(connection: psycopg.Connection[Any], name: str) -> None:
    draft = f"{name}_draft"
    _drop(connection, draft)
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = draft
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connections.close_all()
        settings["NAME"] = before
    connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))


def compute_digest() -> str:
    """A digest of all migrations of all apps, ours and others'."""
    digest = hashlib.sha256()
    for app in apps.get_app_configs():
        for path in sorted((Path(app.path) / "migrations").rglob("*")):
            if path.suffix in {".py", ".sql"}:
                digest.update(f"{app.label}/{path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _drop_leftovers(connection: psycopg.Connection[Any]) -> None:
    """Drop templates of other migrations, and clones of sessions that were killed."""
    names = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s) OR starts_with(datname, %s)",
        [TEMPLATE_PREFIX, CLONE_PREFIX],
    ).fetchall()
    for (name,) in names:
        if name.startswith(TEMPLATE_PREFIX) or not psutil.pid_exists(int(name.split("_")[2])):
            _drop(connection, name)


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    # FORCE may not end the server's own vacuum, which looks into a database for a moment: it is waited for.
    for _ in range(100):
        try:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"the database {name} is in use by the server itself")
