"""Bulk writes: COPY for rows, sequences taken in blocks. The only place that knows the driver's COPY."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Write rows with COPY into `table`; return how many. Constraints and triggers apply as for any insert."""
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            write = copy.write_row
            for row in rows:
                write(row)
        return int(cursor.rowcount)


def take_ids(table: str, count: int) -> Sequence[int]:
    """Reserve `count` identity values of `table`, ascending; those of a rolled-back transaction are lost."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(seq) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS seq) s,"
            " generate_series(1, %s)",
            [f'"{table}"', count],
        )
        return [row[0] for row in cursor.fetchall()]
