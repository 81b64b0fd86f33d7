"""Databases of a command's own: made anew whoever is connected, and refused in words where the role may not."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tallystick.interfaces.cli.databases import (
    MayNotMakeDatabases,
    compose_url,
    drop_database,
    make_database,
    use_database,
)
from tests.support.databases import FreshDatabase


@pytest.fixture
def name(fresh_database: FreshDatabase) -> Iterator[str]:
    """The name of a database that does not exist, and does not afterwards."""
    name = f"{fresh_database.name}_own"
    yield name
    drop_database(name)


def list_tables(database: str) -> list[str]:
    with psycopg.connect(compose_url(database)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [row[0] for row in rows]


def test_a_database_is_made_anew_although_somebody_is_connected(name: str) -> None:
    make_database(name)
    with psycopg.connect(compose_url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE old (id int)")
        make_database(name)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    assert list_tables(name) == []


def test_a_copy_has_what_its_template_has(name: str) -> None:
    make_database(name)
    with psycopg.connect(compose_url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (id int)")
        make_database(f"{name}_copy", template=name)  # although somebody is connected to the template
    try:
        assert list_tables(f"{name}_copy") == ["kept"]
    finally:
        drop_database(f"{name}_copy")


def test_another_database_of_the_configured_server_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", "postgresql://ann@db.example:5433/books")
    use_database("rehearsal")
    for name in ("rehearsal", "postgres"):
        address = conninfo_to_dict(compose_url(name))
        assert (address["host"], address["port"], address["user"], address["dbname"]) == (
            "db.example",
            "5433",
            "ann",
            name,
        )


def test_a_role_that_may_not_make_databases_is_told_so(
    name: str, fresh_database: FreshDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make_conninfo(fresh_database.url, options="-c role=pg_monitor")
    monkeypatch.setenv("TALLYSTICK_DATABASE_URL", plain)
    with pytest.raises(MayNotMakeDatabases, match="Grant it CREATEDB"):
        make_database(name)
    monkeypatch.undo()
