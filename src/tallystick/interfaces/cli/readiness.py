"""Whether the database is as this version needs it: making it so, and what a command says when it is not."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from tallystick.errors import Refusal
from tallystick.interfaces.cli.databases import ensure_configured_database
from tallystick.interfaces.cli.demo_database import DEMO_DATABASE
from tallystick.plumbing.actor import system_actor
from tallystick.taxes.operations.load_rates import load_rates


class DatabaseNotReady(Refusal):
    """The database {name} lacks tables that this version needs. Run: tallystick {command}"""

    code = "database_not_ready"


class DatabaseDoesNotAnswer(Refusal):
    """The database does not answer: {reason}"""

    code = "database_does_not_answer"
    can_retry = True


def make_ready() -> None:
    """Create the database where it is missing, bring tables and shipped tax rates up to date."""
    ensure_configured_database()
    call_command("migrate", interactive=False, verbosity=0)
    load_rates(actor=system_actor("init"))


@contextmanager
def explained_database_errors() -> Iterator[None]:
    """Turn a missing server and missing tables into refusals that say what to do; all else is a fault and stays one."""
    try:
        yield
    except ProgrammingError as error:
        if _lacks_tables():
            raise _not_ready() from error
        raise
    except (OperationalError, psycopg.OperationalError) as error:
        raise DatabaseDoesNotAnswer(reason=" ".join(str(error).split())) from error


def require_ready() -> None:
    """Refuse (DatabaseNotReady) while tables are missing: for what would otherwise go wrong later and elsewhere."""
    if _lacks_tables():
        raise _not_ready()


def _not_ready() -> DatabaseNotReady:
    name = connection.settings_dict["NAME"]
    return DatabaseNotReady(name=name, command="demo" if name == DEMO_DATABASE else "init")


def _lacks_tables() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
