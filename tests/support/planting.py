"""Breaches planted behind the back of code and triggers, and what `check` finds."""

from __future__ import annotations

import re

from django.db import connection

from tallystick.journeys.check_books import check_books
from tests.support.builders import ACTOR


def plant(statement: str) -> None:
    """Write as only the owner of the tables can: with their triggers off."""
    table = re.findall(r"(?:UPDATE|DELETE FROM|INSERT INTO) (\w+)", statement)[0]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement)
        assert cursor.rowcount > 0, "nothing was planted"
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def found() -> list[tuple[int, str]]:
    return [(breach.invariant, f"{breach.subject}: {breach.problem}") for breach in check_books(actor=ACTOR)]
