"""Django's PostgreSQL backend that starts the embedded server with the first connection, and again after a crash.

Nothing happens when the settings are read: commands that need no database (linters, `--help`) start no server.
"""

from __future__ import annotations

from typing import Any, cast

import psycopg
from django.db.backends.postgresql import base

from tallystick.plumbing.embedded.lifecycle import acquire, ensure_database, ensure_running
from tallystick.plumbing.embedded.server import compose_address


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to a database on the embedded server; `NAME` is the only setting that it needs."""

    def get_connection_params(self) -> dict[str, Any]:
        """Where the server listens, once it does."""
        params = super().get_connection_params()
        address = compose_address(acquire(), params.get("dbname", "postgres"))
        return {key: value for key, value in params.items() if key != "password"} | address

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        """Connect; if the server died or has no such database yet, put that right and try once more."""
        try:
            return self._connect(conn_params)
        except psycopg.OperationalError:
            ensure_running()
            if conn_params["dbname"] == self.settings_dict["NAME"]:
                ensure_database(conn_params["dbname"])
            return self._connect(conn_params)

    def _connect(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        return cast("psycopg.Connection[Any]", super().get_new_connection(conn_params))
