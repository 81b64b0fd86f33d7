"""A lock by name that one database session holds at a time, without an open transaction.

For work that calls out (a mail server, a renderer of a large file): no transaction may wait for that, yet two workers
must not do it twice. The lock goes with its session, so that a killed worker never keeps it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def hold_session_lock(name: str) -> Iterator[bool]:
    """Yield whether this session got the lock of that name; it never waits. Held until the block ends."""
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        row = cursor.fetchone()
    is_held = bool(row and row[0])
    try:
        yield is_held
    finally:
        if is_held and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
