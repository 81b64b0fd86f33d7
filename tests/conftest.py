"""Every test runs on its own PostgreSQL data folder, against databases cloned from one that is migrated once.

- `db` or `@pytest.mark.django_db`: the session's database, in a transaction that is rolled back. The usual choice.
- `fresh_database`: a clone for this test alone, in which work is committed and other processes and threads take part.
- `live_site`: the web application on a local port, in front of a `fresh_database`.
- `private_server`: a server for this test alone, that it may kill.
- `prepared_server`: the same, where what is made has its tables already; for all that is not about making them.

The facts of the ledger can't be truncated, so Django's transactional tests, which do that after each test, are refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

CHECKOUT = Path(__file__).resolve().parent.parent
TEST_HOME = os.environ.get("TALLYSTICK_TEST_HOME", str(CHECKOUT / "var" / "test"))

# Before any setting is read: a data folder of the tests' own, no mail that leaves, never the operator's database.
if settings.configured and os.environ.get("TALLYSTICK_HOME") != TEST_HOME:
    raise RuntimeError(
        "The settings were read before the tests could set their own database: unset DJANGO_SETTINGS_MODULE."
    )
os.environ["TALLYSTICK_HOME"] = TEST_HOME
os.environ["TALLYSTICK_EMAIL_URL"] = "memory:"
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
os.environ["COLUMNS"] = "240"  # tables of commands break no line, however wide the terminal of whoever runs the tests
os.environ.pop("TALLYSTICK_DATABASE", None)
os.environ.pop("TALLYSTICK_DATABASE_URL", None)
if "TALLYSTICK_TEST_DATABASE_URL" in os.environ:
    os.environ["TALLYSTICK_DATABASE_URL"] = os.environ["TALLYSTICK_TEST_DATABASE_URL"]

import django  # noqa: E402
import pytest  # noqa: E402
from pytest_django.plugin import DjangoDbBlocker  # noqa: E402

from tests.support.databases import FreshDatabase, use_clone  # noqa: E402
from tests.support.prepared_servers import start_prepared_server  # noqa: E402
from tests.support.servers import PrivateServer, start_private_server  # noqa: E402
from tests.support.sites import serve_site  # noqa: E402


def pytest_configure() -> None:
    """Set Django up, now that the environment is."""
    django.setup()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse tests that would end in a truncation of every table."""
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction"):
                raise pytest.UsageError(f"{item.nodeid}: use the fixture fresh_database instead of transaction=True.")


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The session's database: a clone of the migrated template, for this process alone."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(use_clone(purpose="session"))
        yield
        stack.enter_context(django_db_blocker.unblock())


@pytest.fixture
def fresh_database(django_db_blocker: DjangoDbBlocker) -> Iterator[FreshDatabase]:
    """A clone of the migrated template for one test, open to commits, threads and subprocesses; dropped afterwards."""
    with django_db_blocker.unblock(), use_clone(purpose="fresh") as database:
        yield database


@pytest.fixture
def live_site(fresh_database: FreshDatabase) -> Iterator[str]:
    """The address, without a slash at the end, of the web application in front of a fresh database."""
    with serve_site() as address:
        yield address


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that other users can pass through, unlike pytest's own."""
    with TemporaryDirectory(prefix="tallystick-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


@pytest.fixture
def prepared_server(open_folder: Path) -> Iterator[PrivateServer]:
    """As `private_server`, but every database that is made on it has all tables from birth."""
    with start_prepared_server(open_folder, kept_in=Path(TEST_HOME)) as server:
        yield server


@pytest.fixture
def private_server(open_folder: Path) -> Iterator[PrivateServer]:
    """A PostgreSQL server in a data folder of its own, stopped and removed afterwards."""
    with start_private_server(open_folder) as server:
        yield server
