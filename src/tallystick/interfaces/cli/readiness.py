"""Whether the database is as this version needs it: making it so, and what a command says when it is not."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor

from tallystick.errors import Refusal
from tallystick.interfaces.cli.databases import ensure_configured_database
from tallystick.interfaces.cli.demo_database import DEMO_DATABASE
from tallystick.interfaces.cli.output import Meter, meter
from tallystick.interfaces.counts import write_count
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
    """Create the database where it is missing, bring tables and shipped tax rates up to date; show how far it is."""
    with meter("Making the tables") as progress:
        ensure_configured_database()
        executor = MigrationExecutor(connection)
        steps = _Steps(progress, total=len(executor.migration_plan(executor.loader.graph.leaf_nodes())))
        steps.show()
        call_command("migrate", interactive=False, verbosity=1, no_color=True, stdout=steps)
        progress.show(steps.done, steps.total or None, label="Loading tax rates")
        load_rates(actor=system_actor("init"))
        progress.finish(f"{write_count(steps.total, noun='step')} done" if steps.total else "up to date")


class _Steps(io.StringIO):
    """What the migrations print, counted: one is done when it says so."""

    def __init__(self, progress: Meter, *, total: int) -> None:
        super().__init__()
        self._progress = progress
        self.total = total
        self.done = 0

    def write(self, text: str) -> int:
        """Count a finished migration."""
        if text.strip().endswith("OK"):
            self.done += 1
            self.show()
        return len(text)

    def show(self) -> None:
        """Show how far it is."""
        self._progress.show(self.done, self.total or None)


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
