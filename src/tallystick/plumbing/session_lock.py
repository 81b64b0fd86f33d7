"""A lock by name that one database session holds at a time, without an open transaction.

For work that calls out (a mail server, a renderer of a large file): no transaction may wait for that, yet two workers
must not do it twice. The lock goes with its session, so that a killed worker never keeps it.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def hold_session_lock(name: str) -> Iterator[None]:
    """Hold the lock of that name until the block ends, waiting for a session that has it.

    Whoever waited must look again whether the work is still to be done. It is not left to the other session: should
    that one die, this may be the only job left that knows of the work.
    """
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
