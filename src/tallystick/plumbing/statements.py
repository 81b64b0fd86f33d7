"""Set-based SQL: one statement over thousands of rows. Values always travel as parameters, lists as arrays.

A list of thousands goes in as one array (`= ANY(%s)`), never as a parameter each, which costs more than the query.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def run_sql(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; return how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


def fetch_rows(statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Run a query; return all its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())
