"""What tests may rely on: a fresh database is open to others, and nothing of it is left for the next test."""

from __future__ import annotations

import subprocess
import sys
from threading import Thread

import pytest
from django.db import connection, connections

from tallystick.plumbing.models import BusinessClock
from tests.support.databases import FreshDatabase

COUNT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM plumbing_businessclock")
    print(cursor.fetchone()[0])
"""


@pytest.mark.parametrize("turn", ["first", "second"])
def test_committed_rows_are_seen_by_another_process_and_not_by_the_next_test(
    fresh_database: FreshDatabase, turn: str
) -> None:
    BusinessClock.objects.create()
    done = subprocess.run(
        [sys.executable, "-c", COUNT], env=fresh_database.environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "1", turn


def test_a_thread_works_in_the_same_database(fresh_database: FreshDatabase) -> None:
    names: list[str] = []

    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            names.append(cursor.fetchone()[0])
        connections.close_all()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    assert names == [fresh_database.name]


def test_the_web_application_answers(live_site: str) -> None:
    assert live_site.startswith("http://127.0.0.1:")


@pytest.mark.django_db
def test_the_sessions_database_is_another(request: pytest.FixtureRequest) -> None:
    session = connection.settings_dict["NAME"]
    fresh = request.getfixturevalue("fresh_database")
    assert connection.settings_dict["NAME"] == fresh.name != session
