"""Databases of a command's own, beside the configured one: chosen before Django starts, made anew when asked."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tallystick.errors import Refusal
from tallystick.plumbing.embedded.lifecycle import database_url

DEFAULT_DATABASE = "tallystick"


class DatabaseConfigured(Refusal):
    """This command makes the database {name} anew, and {name} is the one that is configured. Configure another name."""

    code = "database_is_configured"


class MayNotMakeDatabases(Refusal):
    """This command makes the database {name}, and the database role in use may not make any. Grant it CREATEDB."""

    code = "may_not_make_databases"


class DatabaseBusy(Refusal):
    """Another command is at work in the database {name}. Wait until it ends."""

    code = "database_busy"
    can_retry = True


def use_database(name: str) -> None:
    """Make this process and those that it starts use the database `name` on the server that is configured.

    Refuses DatabaseConfigured when it is the configured one. Must come before Django reads its settings.
    """
    url = os.environ.get("TALLYSTICK_DATABASE_URL")
    if url:
        if conninfo_to_dict(url).get("dbname") == name:
            raise DatabaseConfigured(name=name)
        os.environ["TALLYSTICK_DATABASE_URL"] = make_conninfo(url, dbname=name)
    else:
        if os.environ.get("TALLYSTICK_DATABASE", DEFAULT_DATABASE) == name:
            raise DatabaseConfigured(name=name)
        os.environ["TALLYSTICK_DATABASE"] = name


@contextmanager
def held_database(name: str) -> Iterator[None]:
    """Keep other commands off the database as long as the block lasts. Refuses DatabaseBusy."""
    with _maintenance() as connection:
        held = connection.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [f"tallystick:{name}"]).fetchone()
        if held != (True,):
            raise DatabaseBusy(name=name)
        yield


def make_database(name: str, *, template: str = "") -> None:
    """Make the database anew, empty or as a copy of `template`. Whoever is still connected to either is cut off."""
    with _maintenance() as connection:
        _drop(connection, name)
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template:
            _cut_off(connection, template)
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise MayNotMakeDatabases(name=name) from error


def ensure_configured_database() -> None:
    """Create the database that `TALLYSTICK_DATABASE_URL` names where it is missing; the embedded one makes itself."""
    url = os.environ.get("TALLYSTICK_DATABASE_URL")
    name = conninfo_to_dict(url).get("dbname") if url else None
    if not name:
        return
    try:
        psycopg.connect(url or "").close()
    except psycopg.OperationalError as error:
        if f'database "{name}" does not exist' not in str(error):
            return  # whatever it is, the first real use says it better
        with _maintenance() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(str(name))))


def drop_database(name: str) -> None:
    """Drop the database if there is one."""
    with _maintenance() as connection:
        _drop(connection, name)


def compose_url(name: str) -> str:
    """The address of a database on the server in use."""
    url = os.environ.get("TALLYSTICK_DATABASE_URL")
    return make_conninfo(url, dbname=name) if url else make_conninfo(database_url(name))


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(compose_url("postgres"), autocommit=True) as connection:
        yield connection


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is None:
        return
    # nobody comes back once cut off, be it a server that is looking on; not WITH (FORCE), because that is refused to
    # plain roles while the server's own vacuum is at work there
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    _cut_off(connection, name)
    connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _cut_off(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND usename = current_user",
        [name],
    )
