"""Set-based SQL: one statement over thousands of rows. Values always travel as parameters, lists as arrays.

A list of thousands goes in as one array (`= ANY(%s)`), never as a parameter each, which costs more than the query.
Where a bill run does so for every chunk, numbers and days go in as the text of an array (`as_array`), cast in the
statement: five times cheaper than letting the driver look at each of them.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection


def as_array(values: Iterable[int | date]) -> str:
    """PostgreSQL's text form of an array of numbers or days, to be cast: `%s::bigint[]`, `%s::date[]`."""
    return f"{{{','.join(map(str, values))}}}"


def run_sql(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


@contextmanager
def joining_without_loops() -> Iterator[None]:
    """Within the block, and one transaction, joins hash or merge: for statements over everything there is.

    Statistics lag behind a load: the planner then takes a table of a million rows for an empty one, and a join by
    nested loops, which is right for one row, would not end.
    """
    run_sql("SET LOCAL enable_nestloop TO off")
    yield
    run_sql("SET LOCAL enable_nestloop TO on")


def fetch_rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query; return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
