"""Many rows at once, by their own keys: stage them with COPY, then let one statement a table create and update.

Rooms build their bulk operations from this, and importers get one kind of answer from all of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection

from tallystick.errors import Problem
from tallystick.plumbing.bulk import copy_rows


class RowProblem(NamedTuple):
    """Something wrong with one of many rows; `row` counts from 0 in the order in which they were given.

    `earlier_row` is the row that it clashes with, if there is one; `part` counts the parts of a row that has several.
    """

    row: int
    problem: Problem
    earlier_row: int | None = None
    part: int | None = None


class UpsertOutcome(NamedTuple):
    """What a bulk operation did: rows that are new, that changed, that were so already; what was wrong with others."""

    created: int
    updated: int
    unchanged: int
    problems: Sequence[RowProblem] = ()


def list_sound_rows(count: int, problems: Iterable[RowProblem], *, skips_invalid: bool) -> Collection[int]:
    """The rows to write: all without problems; none at all when something is wrong and nothing may be skipped."""
    faulty = {each.row for each in problems}
    if faulty and not skips_invalid:
        return ()
    return [row for row in range(count) if row not in faulty]


def stage_rows(table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> int:
    """Copy rows into a temporary table that lasts until the transaction ends. `columns` maps each name to its SQL type.

    Names and types come from code, never from a caller's data. Returns how many rows there are.
    """
    definitions = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TABLE IF EXISTS "{table}"')
        cursor.execute(f'CREATE TEMPORARY TABLE "{table}" ({definitions}) ON COMMIT DROP')
        count = copy_rows(table, list(columns), rows)
        # Without statistics the planner takes a staged table for tiny and joins by nested loops.
        cursor.execute(f'ANALYZE "{table}"')
    return count


def upsert_rows(
    select: str, *, table: str, key: Sequence[str], columns: Sequence[str], kept: Sequence[str] = (), where: str = ""
) -> tuple[int, int]:
    """Write the rows of `select` (its columns are `columns`) into `table`; return how many it created and updated.

    `key` names the columns of a unique index, `where` its predicate if it is a partial one. Rows that are there already
    get the new values, save the columns `kept`; those that would not change are not touched.
    """
    fixed = {*key, *kept}
    changing = [name for name in columns if name not in fixed]
    names = ", ".join(columns)
    assignments = ", ".join(f"{name} = excluded.{name}" for name in changing)
    old = ", ".join(f"t.{name}" for name in changing)
    new = ", ".join(f"excluded.{name}" for name in changing)
    predicate = f"WHERE {where}" if where else ""
    with connection.cursor() as cursor:
        # A row that this statement inserted has no xmax; one that it updated has, from the conflict's lock.
        cursor.execute(
            f"WITH written AS (INSERT INTO {table} AS t ({names}) {select}"
            f" ON CONFLICT ({', '.join(key)}) {predicate} DO UPDATE SET {assignments}"
            f" WHERE ROW({old}) IS DISTINCT FROM ROW({new}) RETURNING t.xmax = 0 AS is_new)"
            " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
        )
        created, updated = cursor.fetchone()
    return created, updated
