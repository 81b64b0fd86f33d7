"""Which PostgreSQL: the server named by `TALLYSTICK_DATABASE_URL`, else the embedded one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

KEEP_CONNECTION_SECONDS = 60

_OWN_KEYS = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def compose_database(environment: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings of the one database.

    `TALLYSTICK_DATABASE_URL` is any address that libpq takes; `TALLYSTICK_DATABASE` names the database on the embedded
    server, default `tallystick`. No server is started here: the first connection does that.
    """
    url = environment.get("TALLYSTICK_DATABASE_URL")
    shared = {"CONN_MAX_AGE": KEEP_CONNECTION_SECONDS, "CONN_HEALTH_CHECKS": True}
    if not url:
        name = environment.get("TALLYSTICK_DATABASE", "tallystick")
        return {"ENGINE": "tallystick.plumbing.embedded.backend", "NAME": name, **shared}
    try:
        parts = {key: value for key, value in conninfo_to_dict(url).items() if value is not None}
    except ProgrammingError as wrong:
        raise ImproperlyConfigured(
            "TALLYSTICK_DATABASE_URL is no address of a PostgreSQL, such as postgresql://user:password@host/name"
        ) from wrong
    named = {_OWN_KEYS[key]: str(value) for key, value in parts.items() if key in _OWN_KEYS}
    options = {key: value for key, value in parts.items() if key not in _OWN_KEYS}
    return {"ENGINE": "django.db.backends.postgresql", "OPTIONS": options, **named, **shared}
